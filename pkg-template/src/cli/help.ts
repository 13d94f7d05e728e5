// reelay --help
export const help = `reelay: query, wait for and download videos from AI video relays

  reelay query ID              one snapshot of the task
  reelay wait ID               until the task is final
  reelay get ID [-o FILE]      wait, then save; run again after a cut, a crash or Ctrl-C, it goes on
  reelay get --from FILE       the same for a list of ids, one a line (- is stdin)
  reelay doctor ID             which route, format, CORS, Range and signed addresses this relay has

  --base-url URL     the relay; else REELAY_BASE_URL
  --key-file FILE    the file that holds the key; else REELAY_API_KEY. Never an argument
  --format NAME      default auto
  --json             lines of JSON on stdout
  --help, --version

wait and get
  --timeout TIME     longest wait for the task: 90, 90s, 20m, 1.5h; default 20m
  --poll TIME        shortest time between two questions; default 2s

get
  -o, --output FILE  default: the id, made safe, with .mp4
  --dir FOLDER       where to put it under that name; made if it is not there
  --jobs N           with --from: downloads at a time; default 3
  --overwrite        with --from: fetch again what is there already

Exit codes
  0 done   2 usage   3 the task failed   4 timed out   5 the key is refused
  6 the relay, the network, the download or the disk   130 interrupted   1 a bug of ours
`;
