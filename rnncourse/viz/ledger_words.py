"""What the ledger's page says of itself."""

INTRODUCTION = """\
# The claims ledger

Five slide decks inspired this course. We found seventy claims about recurrent
networks in them. Slides are made to be spoken over, so a claim on a slide is
short, and some are too short to be true. Here each is put in our own words, and
those that the chapters have reached are run. What surprises stands first.
[How to read a verdict](#how-to-read-a-verdict) has the rules. The whole ledger,
with the value of every run, can be downloaded as data: {download}`claims.json`."""

HOW_TO_READ = """\
## How to read a verdict

A claim that was measured is a line: the claim in short, its verdict, and the
numbers that decide. The line opens to the whole claim and its checks. Each
verdict has an address of its own, and the command that runs it again from
nothing stands under *Where the numbers come from*.

<details class="claim-rules"><summary>The rules, in full</summary>

There are four kinds of claims. The kind is written down before the recorded
run; where it was changed, the log says so.

- What is **shown** is a definition, a list of cases, or an equation that tests
  prove. It has no verdict. The ledger says what was run.
- An **identity** is an equation that a slide could have got wrong. Its check
  computes both sides and compares them.
- A **measured** claim is one that an experiment can refute.
- A **conditional** claim is true on one side of a condition and false on the
  other. It is measured on both sides.

A claim becomes one or more *checks*. A check is a quantity, and what the claim
says of it: at least so much, or at most so much. This threshold is written
before the recorded runs, often after a first look with other seeds or data; the
note says when. `make measure` stores it beside the numbers, together with the
commit. If someone changes it later without an entry under *Changes*, or drops
the check, the package refuses to load the ledger. Running it again does not
help: the record keeps what the first run was made for.

The ledger is on its way to a **third form**, with less in it to choose from. A
claim then has one primary check and at most one other: the one most likely to
break it. A check judges an effect, the difference between what was measured and
a baseline that is named, run by run. Its threshold is the smallest effect that
matters, and it is not 0. Ten seeds decide which no trial has seen; where there
is one text, its documents do, by a paired bootstrap. A condition is a variable
that is swept, with one curve in the chapter. The claim is judged as it is
stated, at one value; the card says who chose it, the slide or we. *Fails as
stated* stays where another value is found at which it holds. Claims are carried
over one by one; in those that are not, the rest of this section speaks of
thresholds at 0, of tolerances in the interval, and of conditions in words.

What decides is not one number. A check has one value for each run: a seed, a
division of the data, a sample. The dots on a card are these values. The large
number is their mean. The bar is the 95 % interval of the mean, by Student's t.
We widen it by the tolerance that another machine is allowed. If all of that
lies on the claim's side of the threshold, *so it is*. If all of it lies on the
other side, *it is not*. In between it is *too close to tell*. A quantity
without runs, such as a count of steps, has a single number.

The interval says how far the mean might move if the same experiment had other
seeds, splits or stretches of the text. It does not speak of other data or other
sizes of network. It takes the runs as independent draws from something like a
normal distribution. Divisions of one text share most of it, so they are less
independent than they look. With few runs nobody can see whether they are. Near
a ceiling, such as an accuracy of 1, they are not, and the interval is too
short. Equal runs have an interval of no length, which says that no difference
was seen and not that there is none. Each check has its own 95 %. Of many checks
some will be wrong, and we do not correct for that, except in the third form:
there a claim of two checks fails by one of them only if an interval of 97.5 %
says so. *Holds* needs both, and no correction. Most thresholds stand where the
claim would mean something; where one is 0, look at the size of the number too.

- An identity or a measured claim **holds** when every check says so. It
  **fails** when one says that it is not so. Otherwise it is **undecided**.
- A conditional claim **holds when** our condition is met: its checks say yes
  on the one side and no on the other. If they say yes on both sides, the claim
  holds and needs no condition. If they say no on both, it fails. If one is too
  close to tell, the claim is **undecided**. Any other pattern is **not as
  predicted**: then our condition is wrong, not the slide.
- With a swept variable the words after *holds when* are computed: the values
  at which the checks say yes. At the value that the claim states they decide
  whether it **fails as stated**.

Each check says whether its numbers are *measured here* or *recorded*. What is
measured here is computed again whenever the chapter's notebook runs; a claim of
two chapters says *in one of its chapters*. A fresh number that leaves the
tolerance, or that would change what the check says, stops the notebook with an
error. What is recorded was measured by a longer run, by a command that anyone
can repeat. A recorded number is not compared with anything when the notebook
runs.

A **slip of the pen** is no claim. Where a slide prints something that its
author cannot have meant, such as a lost minus sign, the claim is judged as it
was meant. The card then says what is printed, what is right, and what the
printed form gives. All slips stand together on a page of [errata](errata.md).

</details>"""
