//! Things that JavaScript names by a number. A number is never given twice, so a late call cannot hit another's thing.

/// Things in the order of their numbers.
pub struct Numbered<T> {
    last: u32,
    things: Vec<(u32, T)>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Numbered { last: 0, things: Vec::new() }
    }
}

impl<T> Numbered<T> {
    /// A number for one more thing.
    pub fn number(&mut self) -> u32 {
        self.last = self.last.wrapping_add(1);
        self.last
    }

    /// Puts a thing under a number that it had before.
    pub fn put(&mut self, number: u32, thing: T) {
        match self.place(number) {
            // Taken in the meantime by nobody: numbers are never given twice.
            Ok(_) => {}
            Err(index) => self.things.insert(index, (number, thing)),
        }
    }

    /// Finds a thing.
    pub fn get(&self, number: u32) -> Option<&T> {
        let index = self.place(number).ok()?;
        self.things.get(index).map(|(_, thing)| thing)
    }

    /// Finds a thing, to change it.
    pub fn get_mut(&mut self, number: u32) -> Option<&mut T> {
        let index = self.place(number).ok()?;
        self.things.get_mut(index).map(|(_, thing)| thing)
    }

    /// Takes a thing out.
    pub fn take(&mut self, number: u32) -> Option<T> {
        let index = self.place(number).ok()?;
        Some(self.things.remove(index).1)
    }

    fn place(&self, number: u32) -> Result<usize, usize> {
        self.things.binary_search_by_key(&number, |(number, _)| *number)
    }
}
