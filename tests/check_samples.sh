#!/usr/bin/env bash
# What samples do with bad input, differing numbers, Ctrl-C and checkpoints.   check_samples.sh ROOT BUILD
# Bad input: one line on stderr that says what is possible, exit code 2, nothing written.
set -uo pipefail
root=$1
samples=$2/samples
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
wrong=0

fail() {
  echo "FAILED: $*"
  wrong=1
}

# refused TEXT COMMAND ... : its one line holds TEXT.
refused() {
  local text=$1 status=0
  shift
  "$@" >"$work/stdout" 2>"$work/stderr" || status=$?
  [ "$status" -eq 2 ] || fail "exit code $status of: $*"
  [ "$(wc -l <"$work/stderr")" -eq 1 ] || fail "not one line from: $* ($(cat "$work/stderr"))"
  grep -qF -- "$text" "$work/stderr" || fail "'$text' is missing from: $* ($(cat "$work/stderr"))"
  [ ! -s "$work/stdout" ] || fail "something was printed by: $*"
  [ ! -e "$work/out" ] || fail "something was written by: $*"
}
mlp() { "$samples/train_mlp" --out "$work/out" "$@"; }

# ---- bad input ----
refused "hello_tensor" "$root/samples/run" no_such_sample
"$root/samples/run" --help | grep -q -- --list || fail "samples/run --help"
refused "--list" "$root/samples/run" --device
while IFS=: read -r name _; do
  refused "--help" "$samples/$name" --out "$work/out" --no-such-flag
  refused "'cpu', 'cuda' or 'cuda:N'" "$samples/$name" --out "$work/out" --device tpu
done < <(grep -v '^#' "$root/samples/list.txt")
"$samples/hello_tensor" --device cuda >/dev/null 2>&1 || refused "device cuda:0 was asked for" \
  "$samples/hello_tensor" --out "$work/out" --device cuda
printf 'size,kind\n1.5,0\n2.5,1\n' >"$work/short.csv"
{ echo "size,weight,kind"; for i in {1..20}; do echo "$i,$((i * i)),$((i % 2))"; done; } >"$work/good.csv"
sed 's/^7,/seven,/' "$work/good.csv" >"$work/word.csv"
sed 's/^7,/nan,/' "$work/good.csv" >"$work/nan.csv"
: >"$work/empty.csv"
sed 's/,[01]$/,1/' "$work/good.csv" >"$work/one_class.csv"
sed '1s/,weight//' "$work/good.csv" >"$work/few_names.csv"
printf '\xef\xbb\xbf' | cat - <(sed '1s/kind/"kind"/' "$work/good.csv") >"$work/marked.csv"
refused "digits, iris, breast_cancer, csv:FILE" mlp --data faces
refused "cannot open" mlp --data "csv:$work/missing.csv"
refused "2 rows" mlp --data "csv:$work/short.csv"
refused "no rows" mlp --data "csv:$work/empty.csv"
refused "row 8, column 1: expected a number, got 'seven'" mlp --data "csv:$work/word.csv"
refused "not finite" mlp --data "csv:$work/nan.csv"
refused "digits, iris, breast_cancer, csv:FILE" mlp --data csv:
refused "only the class 1" mlp --data "csv:$work/one_class.csv"
refused "names 2 columns, its rows have 3" mlp --data "csv:$work/few_names.csv"
refused "1 to 3, size, weight, kind" mlp --data "csv:$work/good.csv" --target colour
refused "1 to 3" mlp --data "csv:$work/good.csv" --target 4
refused "holds no classes" mlp --data "csv:$work/good.csv" --target weight
refused "are known" mlp --target kind
refused "float32" mlp --dtype float8
refused "tanh" mlp --activation step
refused "adamw" mlp --optimizer adamax
for widths in 32,0 1,,2 8, ,8 -4 many 99999999999; do refused "--hidden" mlp "--hidden=$widths"; done
refused "above 0, got '0'" mlp --lr 0
refused "above 0, got 'inf'" mlp --lr inf
refused "from 0 on, got '-1'" mlp --seed=-1
refused "from 0 on, got 'nan'" mlp --weight-decay nan
refused "from 0 to 1, got 'nan'" mlp --goal nan
refused "above 0, got '0'" "$samples/heat_pinn" --out "$work/out" --steps 0
refused "--epochs" mlp --epochs many
refused "cannot open" mlp --resume
: >"$work/file"
refused "is no directory" "$samples/tanh_notebook" --out "$work/file/out"
[ -w /proc ] || refused "cannot be written to" "$samples/tanh_notebook" --out /proc/out
mkdir -p "$work/taken/tanh_notebook.png"
refused_picture=$("$samples/tanh_notebook" --out "$work/taken" 2>&1 >/dev/null)
[ $? -eq 2 ] && [ "$(wc -l <<<"$refused_picture")" -eq 1 ] || fail "a picture that cannot be written: $refused_picture"

# ---- a number that differs, and no gnuplot ----
status=0
"$samples/heat_pinn" --steps 2 --out "$work/untrained" >"$work/stdout" 2>"$work/stderr" || status=$?
[ "$status" -eq 1 ] || fail "exit code $status of a sample whose numbers differ"
grep -q "FALSE" "$work/stdout" && grep -q "^differs: the loss" "$work/stderr" || fail "the difference is not named"
PATH=/nowhere "$samples/tanh_notebook" --out "$work/plain" >"$work/stdout" 2>&1 || fail "tanh_notebook without gnuplot"
grep -q "agrees" "$work/stdout" && grep -q "install gnuplot-nox" "$work/stdout" || fail "gnuplot is not asked for"

# ---- a table of one's own ----
mlp --data "csv:$work/good.csv" --target kind --epochs 2 >/dev/null || fail "a csv with a named column"
mlp --data "csv:$work/marked.csv" --target kind --epochs 2 >/dev/null || fail "a csv with a mark and quoted names"
mlp --data "csv:$work/good.csv" --target 3 --epochs 2 --dtype float64 >/dev/null || fail "a numbered column"

# ---- resuming, recording and stopping end in the same bits ----
# same WHAT DIRECTORY : its model and checkpoint are those of the uninterrupted training.
same() {
  local file
  for file in train_mlp.safetensors train_mlp.checkpoint.safetensors train_mlp.csv; do
    cmp -s "$work/whole/$file" "$2/$file" || fail "$1: $file differs"
  done
}
for flags in "--optimizer adamw" "--optimizer rmsprop --activation gelu" "--record"; do
  rm -rf "$work/whole" "$work/parts"
  # shellcheck disable=SC2086
  { run() { "$samples/train_mlp" --goal 0 --out "$@" $flags >/dev/null; }
    run "$work/whole" --epochs 7
    run "$work/parts" --epochs 3
    run "$work/parts" --epochs 7 --resume; } || fail "a training with $flags"
  same "resumed with $flags" "$work/parts"
done
"$samples/train_mlp" --goal 0 --out "$work/plain" --epochs 7 >/dev/null
same "recorded against plain" "$work/plain"
refused_resume=$("$samples/train_mlp" --out "$work/plain" --resume --hidden 64 2>&1)
[ $? -eq 2 ] && grep -q "made with --hidden '32'" <<<"$refused_resume" || fail "resumed with another --hidden"
refused_resume=$("$samples/train_mlp" --out "$work/plain" --resume --epochs 2 2>&1)
[ $? -eq 2 ] && grep -q "after epoch 7; --epochs 2" <<<"$refused_resume" || fail "resumed to an earlier epoch"
# A checkpoint cut anywhere is refused in one line, and stays as it is.
mkdir "$work/damaged"
size=$(stat -c %s "$work/plain/train_mlp.checkpoint.safetensors")
for kept in 0 7 100 $((size / 2)) $((size - 1)); do
  head -c "$kept" "$work/plain/train_mlp.checkpoint.safetensors" >"$work/damaged/train_mlp.checkpoint.safetensors"
  refused_resume=$("$samples/train_mlp" --out "$work/damaged" --resume 2>&1)
  [ $? -eq 2 ] && [ "$(wc -l <<<"$refused_resume")" -eq 1 ] || fail "a checkpoint of $kept bytes: $refused_resume"
  [ "$(stat -c %s "$work/damaged/train_mlp.checkpoint.safetensors")" -eq "$kept" ] || fail "a damaged checkpoint changed"
done

"$samples/train_mlp" --goal 0 --out "$work/stopped" --epochs 100000 --record >"$work/log" &
training=$!
for _ in {1..200}; do
  grep -q "epoch   3/" "$work/log" && break
  sleep 0.05
done
kill -INT "$training"
status=0
wait "$training" || status=$?
[ "$status" -eq 130 ] || fail "exit code $status after Ctrl-C"
grep -q -- "--resume goes on" "$work/log" || fail "Ctrl-C is not explained"
epochs=$(($(sed -n 's/.*holds epoch \([0-9]*\),.*/\1/p' "$work/log") + 2))
"$samples/train_mlp" --goal 0 --out "$work/stopped" --epochs "$epochs" --resume >/dev/null || fail "resuming after Ctrl-C"
rm -rf "$work/whole"
"$samples/train_mlp" --goal 0 --out "$work/whole" --epochs "$epochs" >/dev/null
same "stopped by Ctrl-C and resumed" "$work/stopped"

[ "$wrong" -eq 0 ] && echo "bad input is refused, trainings resume"
exit "$wrong"
