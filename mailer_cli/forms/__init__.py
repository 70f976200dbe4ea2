"""The answers of the school's two Google Forms: who refuses the mail, and what readers think of it."""
