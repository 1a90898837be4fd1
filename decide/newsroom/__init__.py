"""Bulletins for the press and for whoever wants them by mail: written, shown, corrected.

Addresses of the mail list are kept encrypted, confirmed by their owners and deleted by one press.
"""
