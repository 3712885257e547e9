//! Scenarios in text files: every file in `tests/scenarios` is a test.
//!
//! | line | meaning |
//! |---|---|
//! | `# Guarantee: …` | the first line: what the scenario defends |
//! | `cluster db1 > db2, db1 > db3` | servers, each replicating from the one before the `>` |
//! | `with poll 5`, `with witness 0`, `with probe 10s`, `with events off` | how the watcher is set |
//! | `with timeout 10s`, `with retry 1s`, `with acknowledgements 1` | how servers are set |
//! | `cut watcher db1`, `cut db1 db2 silently`, `heal watcher db1` | links; `silently` loses packets, else connections are reset |
//! | `pause db1`, `resume db1`, `kill db1`, `start db1` | processes |
//! | `slow db1 900ms`, `stop db2`, `restart db2`, `lag db2 60`, `full db1`, `free db1` | answers, receivers, lag, connections |
//! | `mariadb db2`, `acknowledges db2`, `without-applier db2` | what a replica is |
//! | `tick 5s`, `tick 300ms` | time passes |
//! | `repeat 6` … `end` | the lines between, so many times |
//! | `expect CODE db1`, `expect nothing db1`, `expect restarts 2` | what is said now; `Dead*` is any code that begins so |
//! | `expect held db1` | what is said is not acted upon |
//! | `found Dead* db1 within 5s` | it was said and not held, since the last change of a process, in that time |
//! | `never Dead* db1` | at no moment, held or not |

use crate::rng::Rng;
use crate::seed;
use crate::simulation::Simulation;
use crate::watcher::Settings;
use crate::world::{Link, World};
use std::fs;
use std::path::Path;

#[test]
fn every_scenario_keeps_its_guarantee() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "txt"));
    files.sort();
    assert!(files.len() >= 12, "{} scenarios", files.len());
    let seed = seed();
    let mut wrong = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a readable file");
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // Several moments at which the first thing happens.
        for number in 0..8 {
            if let Err(error) = play(&text, seed.wrapping_add(number)) {
                wrong.push(format!("{name}, seed {}: {error}", seed.wrapping_add(number)));
                break;
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

struct Play {
    settings: Settings,
    simulation: Option<Simulation>,
    world: Option<World>,
    acted: u64,
    seed: u64,
}

fn play(text: &str, seed: u64) -> Result<(), String> {
    if !text.starts_with("# Guarantee: ") {
        return Err("it does not begin with `# Guarantee: …`".to_owned());
    }
    let mut play = Play {
        settings: Settings::default(),
        simulation: None,
        world: None,
        acted: 0,
        seed,
    };
    let lines: Vec<&str> = text.lines().collect();
    let mut nevers = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at].trim();
        at += 1;
        if let Some(times) = line.strip_prefix("repeat ") {
            let times: usize = times.parse().map_err(|_| format!("line {at}: {line}"))?;
            let length = lines[at..]
                .iter()
                .position(|l| l.trim() == "end")
                .ok_or("repeat without end")?;
            for _ in 0..times {
                for inner in &lines[at..at + length] {
                    play.line(inner.trim())
                        .map_err(|error| format!("{}: {error}", inner.trim()))?;
                }
            }
            at += length + 1;
        } else if line.starts_with("never ") {
            nevers.push((at, line));
        } else {
            play.line(line).map_err(|error| format!("line {at}: {line}: {error}"))?;
        }
    }
    for (at, line) in nevers {
        play.never(line)
            .map_err(|error| format!("line {at}: {line}: {error}"))?;
    }
    let simulation = play.simulation()?;
    let found = &simulation.false_deaths;
    if found.is_empty() {
        Ok(())
    } else {
        Err(format!("false deaths: {found:?}\n{}", simulation.told()))
    }
}

fn is_code(pattern: &str, code: &str) -> bool {
    pattern
        .strip_suffix('*')
        .map_or(pattern == code, |begin| code.starts_with(begin))
}

fn millis(text: &str) -> Result<u64, String> {
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 1),
        None => (text.strip_suffix('s').ok_or("a time is like 5s or 300ms")?, 1000),
    };
    let number: u64 = number.parse().map_err(|_| format!("{text} is no time"))?;
    Ok(number * unit)
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{text} is no number"))
}

impl Play {
    fn simulation(&mut self) -> Result<&mut Simulation, String> {
        if self.simulation.is_none() {
            let world = self.world.take().ok_or("no cluster yet")?;
            let mut simulation = Simulation::new(world, self.settings, self.seed);
            // What follows begins at any moment between two ticks.
            let offset = Rng::new(self.seed).between(5000, 8000);
            simulation.run_for(offset);
            self.simulation = Some(simulation);
        }
        self.simulation.as_mut().ok_or_else(String::new)
    }

    fn world(&mut self) -> Result<&mut World, String> {
        self.world
            .as_mut()
            .ok_or_else(|| "must come after `cluster` and before anything happens".to_owned())
    }

    fn at(&mut self, name: &str) -> Result<usize, String> {
        let simulation = self.simulation()?;
        if name == "watcher" {
            return Ok(simulation.world.watcher());
        }
        simulation.world.at(name).ok_or_else(|| format!("no server {name}"))
    }

    fn line(&mut self, line: &str) -> Result<(), String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            [] => Ok(()),
            ["#", ..] => Ok(()),
            ["cluster", ..] => self.cluster(line.trim_start_matches("cluster")),
            ["with", what, value] => self.with(what, value),
            ["mariadb", name] => self.replica(name, |world, at| world.servers[at].mariadb = true),
            ["acknowledges", name] => self.replica(name, |world, at| world.servers[at].acknowledges = true),
            ["without-applier", name] => self.replica(name, |world, at| world.servers[at].applier = false),
            ["tick", time] => {
                let time = millis(time)?;
                self.simulation()?.run_for(time);
                Ok(())
            }
            ["expect", ..] | ["found", ..] => self.expect(&words),
            _ => self.act(&words),
        }
    }

    fn cluster(&mut self, text: &str) -> Result<(), String> {
        let mut names: Vec<String> = Vec::new();
        let mut masters: Vec<Option<usize>> = Vec::new();
        for pair in text.split(',') {
            let (above, below) = pair.split_once('>').ok_or("a pair is like db1 > db2")?;
            let mut index = |name: &str| {
                names.iter().position(|known| known == name).unwrap_or_else(|| {
                    names.push(name.to_owned());
                    names.len() - 1
                })
            };
            let (above, below) = (index(above.trim()), index(below.trim()));
            masters.resize(names.len(), None);
            masters[below] = Some(above);
        }
        self.world = Some(World::new(&names, &masters));
        Ok(())
    }

    fn with(&mut self, what: &str, value: &str) -> Result<(), String> {
        match what {
            "poll" => self.settings.poll = number(value)?,
            "witness" => self.settings.witness = number(value)?,
            "probe" => self.settings.probe_deadline = millis(value)?,
            "events" => self.settings.events = value == "on",
            "timeout" => self.world()?.net_timeout = millis(value)?,
            "retry" => self.world()?.connect_retry = millis(value)?,
            "acknowledgements" => self.world()?.wait_count = number(value)?,
            _ => return Err(format!("nothing is set by {what}")),
        }
        Ok(())
    }

    fn replica(&mut self, name: &str, change: impl FnOnce(&mut World, usize)) -> Result<(), String> {
        let world = self.world()?;
        let at = world.at(name).ok_or_else(|| format!("no server {name}"))?;
        change(world, at);
        Ok(())
    }

    fn act(&mut self, words: &[&str]) -> Result<(), String> {
        let at = self.at(words.get(1).ok_or("of whom?")?)?;
        let link = match (words[0], words.get(3)) {
            ("cut", Some(&"silently")) => Link::Blackhole,
            ("cut", None) => Link::Refuse,
            _ => Link::Open,
        };
        match words {
            ["cut" | "heal", _, other, ..] => {
                let other = self.at(other)?;
                self.simulation()?.set_link(at, other, link);
            }
            ["pause", _] => self.simulation()?.pause(at, true),
            ["resume", _] => self.simulation()?.pause(at, false),
            ["kill", _] => self.simulation()?.kill(at),
            ["start", _] => self.simulation()?.change(|world| world.start(at)),
            ["slow", _, by] => {
                let by = millis(by)?;
                self.simulation()?.change(|world| world.servers[at].slow = by);
            }
            ["stop", _] => self.simulation()?.change(|world| world.servers[at].receiver.stop()),
            ["restart", _] => self
                .simulation()?
                .change(|world| world.servers[at].receiver.restart(world.now)),
            ["lag", _, seconds] => {
                let seconds = number(seconds)?;
                self.simulation()?.change(|world| world.servers[at].lag = Some(seconds));
            }
            ["full", _] => self
                .simulation()?
                .change(|world| world.servers[at].refuses_logins = true),
            ["free", _] => self
                .simulation()?
                .change(|world| world.servers[at].refuses_logins = false),
            _ => return Err("not understood".to_owned()),
        }
        self.acted = self.simulation()?.world.now;
        Ok(())
    }

    fn expect(&mut self, words: &[&str]) -> Result<(), String> {
        let acted = self.acted;
        if let ["expect", "restarts", count] = words {
            let count: usize = number(count)?;
            let restarted = self.simulation()?.watcher.restarted.len();
            return if restarted == count {
                Ok(())
            } else {
                Err(format!("there were {restarted}"))
            };
        }
        let at = self.at(words.get(2).ok_or("of whom?")?)?;
        let simulation = self.simulation()?;
        let said = simulation.watcher.now_said.get(&at);
        let holds = match words {
            ["expect", "nothing", _] => said.is_none(),
            ["expect", "held", _] => said.is_some_and(|said| said.held),
            ["expect", code, _] => said.is_some_and(|said| is_code(code, said.code.as_str())),
            ["found", code, _, "within", time] => {
                let until = acted + millis(time)?;
                let found = simulation.watcher.said.iter().find(|said| {
                    said.at >= acted && said.server == at && !said.held && is_code(code, said.code.as_str())
                });
                found.is_some_and(|said| said.at <= until)
            }
            _ => return Err("not understood".to_owned()),
        };
        if holds {
            Ok(())
        } else {
            Err(format!("now {said:?}\n{}", simulation.told()))
        }
    }

    fn never(&mut self, line: &str) -> Result<(), String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let ["never", code, name] = words[..] else {
            return Err("not understood".to_owned());
        };
        let at = self.at(name)?;
        let simulation = self.simulation()?;
        let found = simulation
            .watcher
            .said
            .iter()
            .find(|s| s.server == at && is_code(code, s.code.as_str()));
        found.map_or(Ok(()), |said| {
            Err(format!("{} at {} ms\n{}", said.code, said.at, simulation.told()))
        })
    }
}
