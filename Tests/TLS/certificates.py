"""A root, and a server's and a client's certificate of it, for the tests that are programs of their own."""

import os, subprocess

NAME = "good.test"
NAMES = f"subjectAltName=DNS:{NAME},DNS:localhost,IP:127.0.0.1,IP:::1"


def openssl(directory, *words):
    done = subprocess.run(["openssl", *words], cwd=directory, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"openssl {' '.join(words)}\n{done.stderr}")


def make(directory):
    """Makes root.pem, server.pem with server.key and client.pem with client.key."""
    new = ["req", "-x509", "-days", "3650", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    mask = os.umask(0o077)
    openssl(directory, *new, "-subj", "/CN=root of the tests", "-keyout", "root.key", "-out", "root.pem")
    for name, subject, extension in (("server", NAME, NAMES), ("client", "the client", "extendedKeyUsage=clientAuth")):
        openssl(
            directory, *new, "-CA", "root.pem", "-CAkey", "root.key", "-subj", f"/CN={subject}", "-addext", extension,
            "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", f"{name}.key", "-out", f"{name}.pem")
    os.umask(mask)
