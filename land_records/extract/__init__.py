"""The extract of the cadastral map (trích lục bản đồ địa chính): a parcel on paper at true scale, verifiable by anyone.

No person stands in it, nor in what the page of its QR code says.
"""
