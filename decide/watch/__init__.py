"""What the office looks at while the process runs: the machine, the rhythm of the day, what is due.

Totals over everybody and what is public anyway; never how an actor is answered.
"""
