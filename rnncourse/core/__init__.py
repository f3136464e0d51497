"""What every room stands on: errors that help, and recorded values with their tolerances."""
