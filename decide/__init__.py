"""Decide: citizens read the electoral offer and answer it; each answer reaches its party."""
