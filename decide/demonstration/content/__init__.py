"""The words of the demonstration, one file per kind; `decide.demonstration.reading` opens them."""
