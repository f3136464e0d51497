import sys
from rnncourse.analysis.splits import encode_split
from rnncourse.chapters.ch02_language.long_runs import SECOND, THIRD
from rnncourse.chapters.ch02_language.networks import perform
from rnncourse.data.corpus import load_corpus
run={'1':SECOND,'2':THIRD}[sys.argv[1]]
perform(run, encode_split(load_corpus(), run.split), lambda *a: print(*a, flush=True))
