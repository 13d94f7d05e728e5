//! Things that JavaScript names by a number. A number is never given twice, so a late call cannot hit another's thing.

/// Things in the order of their numbers.
pub struct Numbered<T> {
    last: u32,
    /// What is taken leaves its place free, as most comes back: to close up each time would move thousands of others.
    things: Vec<(u32, Option<T>)>,
    /// With so many places the free ones are given up.
    most: usize,
}

/// Fewer places than this are not worth a look.
const FEW: usize = 64;

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Numbered { last: 0, things: Vec::new(), most: FEW }
    }
}

impl<T> Numbered<T> {
    /// A number for one more thing.
    pub fn number(&mut self) -> u32 {
        if self.things.len() >= self.most {
            self.things.retain(|(_, thing)| thing.is_some());
            self.most = FEW.max(self.things.len() * 2);
        }
        self.last = self.last.wrapping_add(1);
        self.last
    }

    /// Puts a thing under a number that it had before.
    pub fn put(&mut self, number: u32, thing: T) {
        match self.place(number) {
            Ok(index) => {
                if let Some((_, place)) = self.things.get_mut(index) {
                    *place = Some(thing);
                }
            }
            Err(index) => self.things.insert(index, (number, Some(thing))),
        }
    }

    /// Finds a thing.
    pub fn get(&self, number: u32) -> Option<&T> {
        self.things.get(self.place(number).ok()?)?.1.as_ref()
    }

    /// Finds a thing, to change it.
    pub fn get_mut(&mut self, number: u32) -> Option<&mut T> {
        let index = self.place(number).ok()?;
        self.things.get_mut(index)?.1.as_mut()
    }

    /// Takes a thing out.
    pub fn take(&mut self, number: u32) -> Option<T> {
        let index = self.place(number).ok()?;
        self.things.get_mut(index)?.1.take()
    }

    fn place(&self, number: u32) -> Result<usize, usize> {
        self.things.binary_search_by_key(&number, |(number, _)| *number)
    }
}
