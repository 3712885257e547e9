//! The configuration: which keys there are, where their values come from, and whether they make sense together.
//!
//! [`load`] finds the files, merges them, works out what follows, and returns a [`Config`] with what there is to say
//! about it; [`check`] says everything. Pure code takes a [`Policy`], made from a [`Config`]. Nothing here prints.
//!
//! | file | holds |
//! |---|---|
//! | `table` | one row for each key; [`Config`] and [`Key`] come from it |
//! | `keys` | what a row can say, and the macro that reads the rows |
//! | `value` | the types of values |
//! | `read` | from a file's bytes to keys with values and lines |
//! | `load` | finding and merging files |
//! | `credentials`, `secrets` | credentials files; environment variables in passwords |
//! | `adjust` | what follows from all values together |
//! | `validate` | expressions, words and files |
//! | `problem` | what can be said about a configuration |
//! | `show` | printing |
//! | `filters`, `policy` | what the rest of the program asks |
//!
//! A new key is one row in `table`.

mod adjust;
mod credentials;
mod filters;
mod keys;
mod load;
mod policy;
mod problem;
mod read;
mod secrets;
mod show;
mod table;
#[cfg(test)]
mod tests;
mod validate;
mod value;

pub use adjust::strip_query;
pub use filters::{ClusterAliases, ClusterFilters, HostFilters, NameFilters, Pattern};
pub use keys::{About, Class, Content, Group, OBSOLETE_KEYS};
pub use load::{Environment, LOCAL_FILES, Loaded, SYSTEM_FILE, Variables, check, load};
pub use policy::Policy;
pub use problem::{ConfigError, Level, Notice, Place, Problem};
pub use show::{Row, Source};
pub use table::{Config, Key};
pub use value::{Kind, OrderedMap};

impl Config {
    /// Returns the port of servers named without one; 3306 where the configured one is no port.
    pub fn default_port(&self) -> u16 {
        u16::try_from(self.default_instance_port).unwrap_or(3306)
    }

    /// Returns whether the inventory is the user's own, because nothing says where else it is. Its folder may have to
    /// be created; the folder of a configured inventory must exist.
    pub fn uses_default_inventory(&self) -> bool {
        matches!(self.source(Key::SQLite3DataFile), Source::Derived(_))
    }

    /// Returns the key that names an external key-value store, where automatic recoveries are configured and would not
    /// be told to it: recovering would leave clients with the old master. [`Config::ignore_external_kv`] permits it.
    pub fn untold_key_value_store(&self) -> Option<Key> {
        let recovers = !self.recover_master_cluster_filters.is_empty()
            || !self.recover_intermediate_master_cluster_filters.is_empty();
        if !recovers || self.ignore_external_kv {
            return None;
        }
        let stores = [
            (Key::ConsulAddress, &self.consul_address),
            (Key::ZkAddress, &self.zk_address),
        ];
        stores
            .into_iter()
            .find(|(_, address)| !address.is_empty())
            .map(|(key, _)| key)
    }
}
