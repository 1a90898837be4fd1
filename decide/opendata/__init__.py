"""Open data: what anybody may take and use. Each table is one typed row class; all else follows.

From a row class come CSV, JSON and XLSX, the dictionary, the Frictionless schema and the read-only
API. No table holds anything that a citizen answered.
"""
