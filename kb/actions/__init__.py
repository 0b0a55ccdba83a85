"""What people do: one public function a verb, one transaction each."""
