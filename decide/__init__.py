"""Decide: citizens read the electoral offer and answer it; every answer reaches its party, provably."""
