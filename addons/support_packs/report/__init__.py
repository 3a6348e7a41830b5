from . import support_statement, support_statement_files, support_consumption_report
