from . import support_statement
