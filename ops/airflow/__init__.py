"""The schedule in a school's Airflow."""
