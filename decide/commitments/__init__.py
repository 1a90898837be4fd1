"""What the authority promised in public: activities, who answers for each, dates and evidence."""
