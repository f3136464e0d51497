"""What every room stands on: errors that help, recorded values with tolerances, arithmetic."""
