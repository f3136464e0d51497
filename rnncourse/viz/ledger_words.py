"""What the ledger's page says of itself."""

INTRODUCTION = """\
# The claims ledger

Five sets of lecture slides make seventy claims about recurrent networks. Which
are true? We ran those that a run can refute. What would count as a yes was
written down before the recorded runs; where it was changed, the log of the
claim says so."""

WITHDRAWN = """\
**Why have {count} no verdict?** {never} was never measured. The others had one that
we no longer sign: the claim follows from how a thing is built, only one network
was asked, two things were varied at once, or training was stopped too early,
for instance. We withdrew what had held by the same rule as what had failed: {had}
([before and after](#before-and-after)). The table there also names what failed
under earlier rules and is *shown* or *holds in part* today: the rules changed
when those numbers were known."""

LEDGER_NOTE = """\
Each line below opens. [How to read a verdict](#how-to-read-a-verdict) has the
rules, and {download}`claims.json` the value of every run."""

HOW_TO_READ = """\
## How to read a verdict

A claim is a line: the claim in short, its verdict, what was found, and where it
holds. The line opens to the whole claim and its checks. Each claim has an
address of its own, such as `claims.html#B6`, and the command that runs it again
from nothing stands under *Run it yourself*.

*Holds in part* says where, among the values that we tried. The slides name no
ranges. The card says where a range comes from; if it is ours, whether we chose
it before the run or after it. Beyond its ends nothing was measured.

Lengths of gradients, and some errors, change by large factors. They are counted
in *powers of ten*: 2 stands for a hundred times as much, −1 for a tenth, and
0.1 for about a quarter more.

<details class="claim-rules"><summary>The rules, in full</summary>

What is **shown** is a definition, a list of cases, a wish for a design, a
method, a task, what a paper reports, or what holds by construction: tests prove
it. A **measured** claim is one that an experiment can refute. A **conditional**
claim has a condition that varies, and is measured at several values.

A claim has one primary *check* and at most one other: the one most likely to
break it. A check judges an effect, the difference between what was measured and
a baseline that is named, run by run. The claim says that it is at least so
large, or at most. This limit is the smallest effect that matters, and it is
not 0. It is written before the recorded runs, often after a first look with
other seeds or data; then the note says so. `make measure` stores it beside the
numbers, together with the commit. If someone changes it later without an entry
under *Changes*, or drops the check, the package refuses to load the ledger.
Running it again does not help: the record keeps what the first run was made
for. These rules are the *fourth form*; the claims of earlier forms were carried
over one by one. In the *third form* a conditional claim was judged at one value,
which the card names as the one that was judged first.

What decides is not one number. A check has one value for each run: ten seeds
that no trial has seen or, where there is one text, its documents or stretches.
The dots on a card are the effects of the runs. The large number is their mean.
The bar is the 95 % interval of the mean, by Student's t; of documents, by a
paired bootstrap. If all of it lies on the claim's side of the limit, *so it
is*. If all of it lies on the other side, *not so*. In between it is *too
close to tell*.

The interval says how far the mean might move if the same experiment had other
seeds or another part of the text. It does not speak of other data or other
sizes of network. It takes the runs as independent draws, and Student's t takes
them from something like a normal distribution. With ten runs nobody can see
whether they are. Near a ceiling, such as an accuracy of 1, they are not, and
the interval is too short. Equal runs have an interval of no length, which says
that no difference was seen and not that there is none. Each check has its own
95 %. Of many checks some will be wrong. We correct for that in one place: a
claim of two checks fails by one of them only if an interval of 97.5 % says so.
*Holds* needs both, and no correction.

- A measured claim **holds** when every check says so. It **fails** when one
  says that it is not so. Otherwise it is **undecided**.
- A conditional claim **holds** with a yes at every value. With a yes at some it
  **holds in part**, and the card says where; the ends of that region are computed.
  With a no at every value it **fails**; otherwise it is **undecided**. Where the
  slide itself states the value, that one decides: with a no there the claim
  **fails as stated**, even if it holds elsewhere. A value that we chose for the
  card never fails a claim.

What a check calls *measured here* is computed again whenever the chapter's
notebook runs, and one that leaves its tolerance, or would change what the check
says, stops the notebook. What is *recorded* comes from a longer run.

A **slip of the pen** is no claim. Where a slide prints something that its
author cannot have meant, such as a lost minus sign, the claim is judged as it
was meant. All slips stand together on a page of [errata](errata.md).

</details>"""
