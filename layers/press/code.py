"""An address as a QR code, for paper."""

import qrcode
from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M

QR_BYTES = 1_800
"""Longest link a code holds that a phone still reads from paper."""


def qr(link: str) -> tuple[str, int] | None:
    """The code's dark squares as one path and its size in squares; None where the link is too long for paper."""
    size = len(link.encode())
    if size > QR_BYTES:
        return None
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M if size < 400 else ERROR_CORRECT_L, border=2)
    code.add_data(link)
    code.make(fit=True)
    matrix = code.get_matrix()
    runs = []
    for y, line in enumerate(matrix):
        x = 0
        while x < len(line):
            end = x
            while end < len(line) and line[end]:
                end += 1
            if end > x:
                runs.append(f"M{x} {y}h{end - x}v1h-{end - x}z")
            x = end + 1
    return f'<path fill="#000" d="{"".join(runs)}"/>', len(matrix)
