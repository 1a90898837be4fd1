FLASK_APP=decide.cli:shell
