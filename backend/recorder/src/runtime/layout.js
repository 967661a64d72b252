function noteChange() {}
