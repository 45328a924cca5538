"""The broker's certificates: those that were given, or an authority of this checkout and a certificate it signed.

Out: `ca.pem` (what devices trust), `server.pem`, `server.key` in one folder.
"""

import ipaddress
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings

from geo_ioc.atomic import write

AUTHORITY_LASTS = timedelta(days=3650)
CERTIFICATE_LASTS = timedelta(days=397)
RENEWED_BEFORE = timedelta(days=30)


def renew(folder: Path, *, given: Path | None, key: Path | None) -> bool:
    """Put the certificates in place, anew where they are missing, changed or about to end; whether they changed.

    Args:
        folder: where they go; new files belong to the folder's owner.
        given: certificate chain of a real authority, PEM; None: one is signed here.
        key: its private key, PEM.
    """
    if given is not None and key is not None:
        changed = write(folder / "server.pem", given.read_bytes())
        return write(folder / "server.key", key.read_bytes()) or changed
    authority, authority_key = folder / "ca.pem", folder / "ca.key"
    if not authority.exists() or not authority_key.exists() or _ends_soon(authority):
        _make_authority(authority, authority_key)
    elif (folder / "server.pem").exists() and not _ends_soon(folder / "server.pem"):
        return False
    _make_certificate(folder, authority, authority_key)
    return True


def first_name(file: Path) -> str:
    """The first host name a certificate is for."""
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return names.get_values_for_type(x509.DNSName)[0]


def _ends_soon(file: Path) -> bool:
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    return certificate.not_valid_after_utc - datetime.now(UTC) < RENEWED_BEFORE


def _make_authority(file: Path, key_file: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "geo_ioc private authority")])
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        _builder(name, name, key.public_key(), AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    write(file, certificate.public_bytes(serialization.Encoding.PEM), mode=0o644)
    write(key_file, _pem(key))


def _make_certificate(folder: Path, authority: Path, authority_key: Path) -> None:
    issuer = x509.load_pem_x509_certificate(authority.read_bytes())
    signer = serialization.load_pem_private_key(authority_key.read_bytes(), password=None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "geo_ioc broker")])
    certificate = (
        _builder(subject, issuer.subject, key.public_key(), CERTIFICATE_LASTS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(_names()), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    write(folder / "server.key", _pem(key))
    write(folder / "server.pem", certificate.public_bytes(serialization.Encoding.PEM))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, lasts: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + lasts)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _names() -> list[x509.GeneralName]:
    """What devices may call this machine: its own names, and the host names the web server answers to."""
    wanted = dict.fromkeys(["localhost", "127.0.0.1", "::1", socket.gethostname(), *settings.ALLOWED_HOSTS])
    names: list[x509.GeneralName] = []
    for text in wanted:
        try:
            names.append(x509.IPAddress(ipaddress.ip_address(text.strip("[]"))))
        except ValueError:
            if text.isascii() and text.strip("."):
                names.append(x509.DNSName(text.lstrip(".")))
    return list(dict.fromkeys(names))


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
