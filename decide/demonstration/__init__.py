"""An invented election on the real territory: actors, people, texts. The same one every time.

`offer` is the door. Nothing here touches the database; nobody and no party here exists.
"""
