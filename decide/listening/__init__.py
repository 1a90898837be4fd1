"""What people tell the authority about the tool itself: how it served them, what they still wonder.

Nothing here is about an actor, and nothing says who wrote it: no device, no address, only the day.
Requests about personal data (ARCO) come here too; a mail address left with one is kept encrypted.
"""
