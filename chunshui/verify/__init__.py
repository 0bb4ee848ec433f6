"""Proofs that verify themselves: signed JSON (W3C Verifiable Credentials), its JWT, and sealed PDF. No Django, no database, no network.

python -m chunshui.verify FILE --keys keys.json [--revoked revoked.json]
"""

from chunshui.verify.verdicts import Verdict, verify

__all__ = ["Verdict", "verify"]
