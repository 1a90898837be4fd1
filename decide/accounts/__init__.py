"""Log-ins of staff and of political actors; knows no citizen."""
