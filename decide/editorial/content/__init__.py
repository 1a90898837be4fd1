"""Editorial texts as data, one file per kind; a page or an import reads them from here."""
