//! The pools of a host together: what one of them gives out, none of the others does.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::book::Book;
use super::space::{Allocation, Refused, Request, Space};
use crate::documents::model::Pool;

/// Pools seen against one book, from which several zones get addresses one after the other. Pools may overlap.
#[derive(Debug, Clone)]
pub struct Spaces<'a> {
    book: &'a Book,
    /// Those that something was asked of, by name.
    spaces: BTreeMap<&'a str, Space<'a>>,
    /// Given out since, and to which zone.
    given: BTreeMap<IpAddr, String>,
}

impl<'a> Spaces<'a> {
    /// Nothing is given out yet besides what the book says.
    #[must_use]
    pub fn new(book: &'a Book) -> Self {
        Self {
            book,
            spaces: BTreeMap::new(),
            given: BTreeMap::new(),
        }
    }

    /// As [`Space::allocate`] of this pool, with nothing that any pool has given out.
    ///
    /// # Errors
    /// As [`Space::allocate`].
    pub fn allocate(
        &mut self,
        pool: &'a Pool,
        zone: &str,
        requests: &[Request],
    ) -> Result<Vec<Allocation>, Refused> {
        let space = self.spaces.entry(&pool.name).or_insert_with(|| {
            let mut space = Space::new(pool, self.book);
            for (address, zone) in &self.given {
                space.occupy(*address, zone);
            }
            space
        });
        let allocations = space.allocate(zone, requests)?;
        for given in &allocations {
            let address = given.address.addr();
            for (name, space) in &mut self.spaces {
                if *name != pool.name {
                    space.occupy(address, zone);
                }
            }
            self.given.insert(address, zone.to_owned());
        }
        Ok(allocations)
    }

    /// That the pool is nearly full now, if something was asked of it and it is.
    #[must_use]
    pub fn nearly_full(&self, pool: &Pool) -> Option<String> {
        let space = self.spaces.get(pool.name.as_str())?;
        space.nearly_full()
    }

    /// Puts an address that was given out back.
    pub fn release(&mut self, address: IpAddr) {
        if self.given.remove(&address).is_some() {
            for space in self.spaces.values_mut() {
                space.release(address);
            }
        }
    }
}

#[cfg(test)]
mod histories;
