//! Tags on instances.

use super::{Inventory, Result, stamp};
use crate::model::tag::Tag;
use crate::model::{InstanceKey, Timestamp};
use std::collections::BTreeMap;

const TABLE: &str = "database_instance_tags";
const COLUMNS: [&str; 4] = ["hostname", "port", "tag_name", "tag_value"];

impl Inventory {
    /// Sets a tag on an instance, which need not be known.
    ///
    /// # Errors
    /// When the tag is negated, or the file cannot be written.
    pub fn put_tag(&self, key: &InstanceKey, tag: &Tag, now: Timestamp) -> Result<()> {
        let doing = "set a tag";
        self.refuse_negated(doing, tag)?;
        self.write(doing, |conn| {
            conn.prepare_cached(
                "INSERT INTO database_instance_tags (hostname, port, tag_name, tag_value, last_updated)
                 VALUES (?, ?, ?, ?, ?)
                 ON CONFLICT (hostname, port, tag_name) DO UPDATE
                 SET tag_value = excluded.tag_value, last_updated = excluded.last_updated",
            )?
            .execute((
                key.hostname.as_ref(),
                key.port,
                &tag.name,
                tag.value.as_deref().unwrap_or(""),
                stamp(now),
            ))
            .map(|_| ())
        })
    }

    /// Removes a tag from an instance, only if it has the value when one is given. Returns whether it was there.
    ///
    /// # Errors
    /// When the tag is negated, or the file cannot be written.
    pub fn remove_tag(&self, key: &InstanceKey, tag: &Tag) -> Result<bool> {
        let doing = "remove a tag";
        self.refuse_negated(doing, tag)?;
        self.write(doing, |conn| {
            conn.prepare_cached(
                "DELETE FROM database_instance_tags
                 WHERE hostname = ? AND port = ? AND tag_name = ? AND tag_value = coalesce(?, tag_value)",
            )?
            .execute((key.hostname.as_ref(), key.port, &tag.name, tag.value.as_deref()))
            .map(|rows| rows > 0)
        })
    }

    /// Removes a tag of a given value from all instances; returns those that had it, sorted.
    ///
    /// # Errors
    /// When the tag is negated or has no value, or the file cannot be written.
    pub fn remove_tag_everywhere(&self, tag: &Tag) -> Result<Vec<InstanceKey>> {
        let doing = "remove a tag everywhere";
        self.refuse_negated(doing, tag)?;
        let Some(value) = &tag.value else {
            return Err(self.refuse(doing, format!("`{}` has no value", tag.name), "write NAME=VALUE"));
        };
        self.transaction(doing, |inventory| {
            let rest = "WHERE tag_name = ? AND tag_value = ? ORDER BY hostname, port";
            let keys = inventory.list(doing, TABLE, &COLUMNS, rest, [&tag.name, value], |cells| cells.key(0))?;
            inventory.write(doing, |conn| {
                conn.execute(
                    "DELETE FROM database_instance_tags WHERE tag_name = ? AND tag_value = ?",
                    [&tag.name, value],
                )
            })?;
            Ok(keys)
        })
    }

    fn refuse_negated(&self, doing: &str, tag: &Tag) -> Result<()> {
        if tag.negated {
            Err(self.refuse(doing, "the tag is negated", "leave out the leading ~ or !"))
        } else {
            Ok(())
        }
    }

    /// Names and values of an instance's tags, by name.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn tags(&self, key: &InstanceKey) -> Result<Vec<(String, String)>> {
        let rest = "WHERE hostname = ? AND port = ? ORDER BY tag_name";
        let params = (key.hostname.as_ref(), key.port);
        self.list("read tags", TABLE, &COLUMNS, rest, params, |cells| {
            Some((cells.text(2), cells.text(3)))
        })
    }

    /// Names and values of all tags, by instance.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn all_tags(&self) -> Result<BTreeMap<InstanceKey, Vec<(String, String)>>> {
        let rest = "ORDER BY hostname, port, tag_name";
        let rows = self.list("read the tags", TABLE, &COLUMNS, rest, [], |cells| {
            Some((cells.key(0)?, (cells.text(2), cells.text(3))))
        })?;
        let mut tags: BTreeMap<InstanceKey, Vec<(String, String)>> = BTreeMap::new();
        rows.into_iter()
            .for_each(|(key, tag)| tags.entry(key).or_default().push(tag));
        Ok(tags)
    }
}
