//! Labels on instances.

use super::context::Context;
use super::failure::{Failure, Outcome};
use super::target::{exact_key, given_key, known_key};
use super::{Command, takes};
use crate::args::{Arg, Given, Group, Take};
use crate::model::InstanceKey;
use crate::model::tag::Tag;
use crate::report::answer::Answer;

const GROUP: Group = Group::Tags;
const LABEL: &[Take] = &[Take::Pos(Arg::Instance), Take::Pos(Arg::Tag)];
const TAG: &[Take] = &[Take::Pos(Arg::Tag)];

pub(super) const COMMANDS: &[Command] = &[
    Command::writes(GROUP, "tag", "Set a tag on an instance", LABEL, tag),
    Command::writes(GROUP, "untag", "Remove a tag from an instance", LABEL, untag),
    Command::writes(GROUP, "untag-all", "Remove a tag, NAME=VALUE, from every instance", TAG, untag_all),
    Command::reads(GROUP, "tags", "List an instance's tags", takes::INSTANCE, tags),
    Command::reads(GROUP, "tag-value", "Print the value of an instance's tag", LABEL, tag_value),
    Command::reads(GROUP, "tagged", "List instances by tags", TAG, tagged).explained(
        "Terms separated by commas must all hold: NAME has the tag, NAME=VALUE has it with this value, ~NAME has some tag \
         but not this one, ~NAME=VALUE has it with another value.",
    ),
    Command::writes(GROUP, "tag add", "Set a tag on an instance", LABEL, tag).modern_only(),
    Command::writes(GROUP, "tag remove", "Remove a tag from an instance", LABEL, untag).modern_only(),
    Command::reads(GROUP, "tag list", "List an instance's tags, or all", takes::INSTANCE, tag_list).modern_only(),
];

fn given_tag(given: &Given) -> Outcome<Tag> {
    let text = given
        .text(Arg::Tag)
        .ok_or_else(|| Failure::usage("no tag given: write NAME or NAME=VALUE"))?;
    Tag::parse(text).map_err(Failure::usage)
}

/// A tag to be set or removed; a negated one means nothing there.
fn plain_tag(given: &Given) -> Outcome<Tag> {
    let tag = given_tag(given)?;
    if tag.negated {
        return Err(Failure::usage(format!(
            "`~{}` is for searching; to remove the tag use untag",
            tag.name
        )));
    }
    Ok(tag)
}

fn tag<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let tag = plain_tag(given)?;
    let key = exact_key(context, given)?;
    context.inventory()?.put_tag(&key, &tag, context.now())?;
    Ok(Answer::key(Some(key)))
}

fn untag<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let tag = plain_tag(given)?;
    let key = exact_key(context, given)?;
    let removed = context.inventory()?.remove_tag(&key, &tag)?;
    Ok(Answer::key(removed.then_some(key)))
}

fn untag_all<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let tag = plain_tag(given)?;
    if tag.value.is_none() {
        return Err(Failure::usage(format!(
            "untag-all needs NAME=VALUE; write {}= for the empty value",
            tag.name
        )));
    }
    let mut removed = context.inventory()?.remove_tag_everywhere(&tag)?;
    removed.sort();
    Ok(Answer::keys(removed))
}

fn tags_of(context: &Context, given: &Given) -> Outcome<Vec<(String, String)>> {
    let key = known_key(context, given_key(context, given)?)?;
    Ok(context.inventory()?.tags(&key)?)
}

fn tags<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    Ok(Answer::lines(
        tags_of(context, given)?
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect(),
    ))
}

/// As `tags`, or every instance with its tags where none is named.
fn tag_list<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    if given.text(Arg::Instance).is_some() {
        return tags(context, given);
    }
    let all = context.inventory()?.all_tags()?;
    let row = |key: &InstanceKey, (name, value): (String, String)| vec![key.to_string(), format!("{name}={value}")];
    let rows = all
        .into_iter()
        .flat_map(|(key, tags)| tags.into_iter().map(move |tag| row(&key, tag)))
        .collect();
    Ok(Answer::rows(&["Instance", "Tag"], rows, "\t"))
}

fn tag_value<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let wanted = given_tag(given)?.name;
    let value = tags_of(context, given)?
        .into_iter()
        .find(|(name, _)| *name == wanted)
        .map(|(_, value)| value);
    Ok(value.map_or_else(Answer::nothing, Answer::line))
}

fn tagged<'c>(context: &'c Context, given: &'c Given) -> Outcome<Answer<'c>> {
    let terms = Tag::parse_expression(given.text(Arg::Tag).unwrap_or_default()).map_err(Failure::usage)?;
    let all = context.inventory()?.all_tags()?;
    let fits = |tags: &[(String, String)]| terms.iter().all(|term| term.holds(tags));
    let mut keys: Vec<InstanceKey> = all
        .into_iter()
        .filter(|(_, tags)| fits(tags))
        .map(|(key, _)| key)
        .collect();
    keys.sort_by_key(ToString::to_string);
    Ok(Answer::keys(keys))
}
