"""Signed statements (JWS) in one spelling, read strictly over a well-kept library's cryptography."""
