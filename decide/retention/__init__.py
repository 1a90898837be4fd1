"""What is kept how long, and the job that destroys what is over and proves it.

The table of rules is the promise; docs/operations/retention.md shows it, and a test compares both.
"""
