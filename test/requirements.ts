/**
 * Every promise codeloop makes: a stable id (`area.what`) and the sentence a user could hold us to.
 * A test that proves one cites it with `verifies('<id>')`; `test/requirements.test.ts` fails on a promise that no test cites.
 * Append an entry to its area's block; never reword one so that it promises less without saying so in the changelog.
 */
export const requirements = {
  // house: how the code itself is kept
  'house.walls': 'A folder of src imports only what the architecture table allows it to.',
  'house.owners': 'A package is imported only by the folder that owns it.',
  'house.no-cycles': 'No two files or folders of src import each other in a circle.',
  'house.small-files': 'No source file is longer than 350 lines, and none is called utils, helpers, common or misc.',
  'house.whole-files':
    'A source file under 60 lines that one neighbour alone imports goes home, members of a registry aside; no folder has more than 45 files at one level.',
  'house.walk':
    'A verification, from its first stage to the verdict, enters at most 55 files of the pipeline and returns from one to another at most 60 times.',
  'house.effects': 'Processes are started by core only, the environment is never written to, and only cli prints.',
  'house.lazy':
    'Heavy packages are loaded on first use, so that help and the start of the server do not wait for them.',
  'house.dependencies-explained': 'Each runtime dependency is justified in docs/decisions/dependencies.md.',
  'house.docs-index': 'docs/README.md leads to every page of the documentation.',
  'house.docs-from-code': 'Generated lists and reference pages agree with the code.',
  'house.one-sum': 'A test run ends with one line that sums every suite, and fails when one failed or nothing ran.',
  'house.tests-named':
    'A unit test is found by the name of its source, with an aspect after it where there are several.',
  'house.flaky-told':
    'What fails once and passes alone right after is named as flaky in the line before the sum; two of them, or the same one again, fail the run.',
  'house.changed': 'npm test -- --changed runs every test file that what was changed can have reached.',
  'house.setup-names-commands': 'What set-up cannot install it names with the exact command.',
  'house.promises-tested': 'Every promise in this list is cited by at least one test that npm test runs.',

  // example: the app that the demo judges
  'example.healthy': 'Every screen of the healthy example app answers and logs nothing, and each has its references.',
  'example.demo': 'The demo passes the healthy example app and finds each of its planted defects, and nothing else.',
  'example.defects': 'The defective example app differs from the healthy one in the declared defects only.',

  // image and compare: what a picture is, and how two of them differ
  'image.bounded-copy': 'A copy for a reply is at most 1568 px a side and 1.15 megapixels, and says its scale.',
  'compare.identical': 'Equal pictures score exactly 1; equal bytes are noticed before anything is decoded.',
  'compare.missing-button': 'A missing 80 x 32 button is critical on a page of any size.',
  'compare.exact': 'Differing pixels are counted exactly as pixelmatch counts them over the whole pictures.',
  'compare.score': 'The score is 1 exactly when no pixel differs, and is never rounded up.',
  'compare.regions':
    'Every differing pixel is in exactly one region, and a region is no larger than its differing pixels.',
  'compare.kinds': 'A region says what its pixels can tell: added, missing, moved, recoloured, noise, else unknown.',
  'compare.severity':
    'Severity follows from what a difference is, by one documented rule: what is missing or extra is critical whatever its size.',
  'compare.visible':
    'A surface of 2 x 2 pixels or more that changed by CIEDE2000 3 or more is a region, whatever the score says.',
  'compare.one-finding': 'The corners of a box, the ends of a moved box and the words of a line are one region each.',
  'compare.noise': 'What compression and rounding leave is never more than minor.',
  'compare.engines':
    'odiff and pixelmatch agree on real pairs; where the verdict could hang on the engine, pixelmatch decides; a broken odiff is replaced and named.',
  'compare.no-orphan': 'The odiff process ends with codeloop and does not keep it from ending.',
  'compare.shifts':
    'A band inserted into or taken out of a page is one shift and one region, and what it pushed down is no difference in the aligned score.',
  'compare.shifts-noise':
    'Shifts of rows and of columns are found in lossy pictures and beside what changed or stood still; noise and another page are none.',
  'compare.masks':
    'Masked pixels count neither as different nor in the total; a picture masked as a whole never matches.',
  'compare.sizes':
    'Another size is a result: pixels of one picture only differ, and more than one pixel does not match unless allowed.',
  'compare.scale':
    'A picture of a larger device pixel ratio is scaled down to the other; regions are pixels of the actual picture.',
  'compare.pictures': 'Where something differs there is a diff picture, and tiles of the worst regions.',
  'compare.report':
    'A comparison of files or folders is shown on request as one HTML file: worst pair first, pictures inside, no name of a file as markup.',
  'compare.tall':
    'Pictures too large to be decoded as a whole are compared in bands, with the figures and regions of one piece.',
  'compare.files-exact':
    'Two pictures or folders are compared exactly unless a threshold is given; no picture is left out, and no pair ends the run.',
  'compare.unreadable':
    'A broken, cut-off, empty or huge picture is a clear error, never a crash and never half a picture.',

  // doors: MCP and the terminal
  'doors.friendly-arguments':
    'Wrong or unknown arguments are refused in words that name the argument, what was given, what is allowed and the nearest known name.',
  'doors.errors-are-replies': 'No call is an exception in any client: each failure is an error of the catalogue.',
  'doors.results-match-schema': "Every result matches its tool's published schema.",
  'doors.reply-budget':
    'A reply has at most 40,000 characters of JSON and eight pictures of at most 1568 px and 1.15 megapixels.',
  'doors.cancel': 'A cancelled call ends, also when its tool does not listen.',
  'doors.both-eras': 'Clients of the 2025 era and of the 2026-07-28 revision list and call every tool.',
  'doors.travel':
    'Tools with pictures answer JSON text, then images, and no structuredContent; the others the same JSON in both; errors never as structuredContent.',
  'doors.stdout-is-protocol':
    'While serving, the standard output holds protocol messages only, whatever a library prints.',
  'doors.progress': 'A client that asks for progress gets it, and a sign of life at least every 5 s.',
  'doors.roots':
    "Projects are looked for in --root, CODELOOP_PROJECT_DIR, the client's roots and the working directory, in that order.",
  'doors.hung-decoder': 'A decoder that hangs costs its call an error, and keeps no process from ending.',
  'kept.promises':
    'Of generated pages none hides its fault, of secrets none is kept in any file or reply, of honest runs none is held up.',
  'kept.chaos':
    'Killed at any moment, itself or what it started, it leaves no process and no temporary folder, and the next verification works.',
  'kept.soak': 'Any number of mixed calls keeps memory, handles and processes flat.',
  'kept.fuzz': 'Every generated input is answered, none with an internal error.',
  'doors.gone': 'The server ends by itself when its client closes its end or goes, also during a long call.',
  'doors.list-budget':
    'Names, descriptions and input schemas of all tools cost at most 4,500 tokens, those of the core set 1,500; the whole list as it travels 10,000.',
  'http.clients':
    'By HTTP on loopback clients of every era are served at once, each known by its token, with limits of its session.',
  'http.walls':
    'A request for another host, from another origin or without a token never reaches the protocol; a session is its token’s alone.',
  'mcp.pair-viewer':
    'A chat that shows MCP Apps shows a reply with pictures in a viewer that connects to nobody: slider, differences and the others; other clients get text and pictures as before.',
  'mcp.resources':
    'Files of runs are resources, by the same policy and log as tools; one that is not as it was written, or lies elsewhere, is refused.',
  'start.opening':
    'A client is opened and shown the tools from a record of the build, which says what the server itself says.',
  'start.modules': 'Until the first call the server loads neither the protocol’s library nor zod nor any tool.',
  'doors.exit-codes': 'The exit code says how it went: 0, 1, 2, 3 or 130.',
  'doors.json-alone': 'With --json the standard output holds exactly the result object, or the error.',
  'doors.flags-from-schema': "Every field of a tool's input is a flag of its command.",
  'doors.terminal-safe': 'Nothing a page says can act on the terminal it is printed in.',
  'doors.live-list':
    'A person at a terminal sees what is in hand, how long it took and will take, and the worst so far; others get plain lines.',
  'doors.terminal-pictures':
    'A terminal that can shows the pictures of a result, in its own protocol; CI, agents and files get none.',
  'doors.verdict-table':
    'At a terminal a verdict lists what failed, and nothing else, with three next commands at most.',

  // attest: proof for others
  'attest.dsse': 'Envelopes are signed and read as DSSE says, with ed25519 and ECDSA keys.',
  'attest.foreign': 'A verifier that is not ours accepts an attestation, and refuses it when a byte differs.',
  'attest.holds': 'An attestation is refused when a byte of run, verdict, code or statement differs.',
  'attest.only-green': 'Only a green, intact run of the code and bars as they are now is attested.',

  // policy: the file the user owns
  'policy.errors-placed':
    'A policy file that is wrong is refused with every problem, its line, its column and what to do.',
  'policy.both-spellings': 'Both published spellings of a policy are understood, in one file too.',
  'policy.operators': 'The eleven operators of conditions hold exactly where their table says.',
  'policy.semantics':
    'Hidden, denied, unlisted, incomplete and limited calls are refused in that order, naming the rule.',
  'policy.windows': 'Windows are aligned to UTC minutes, hours and days, or slide by the millisecond.',
  'policy.no-limit-exceeded': 'No sequence of calls, by any number of processes, exceeds a limit of the policy.',
  'policy.who':
    'Who calls, and how that is known, is told apart by door, token, environment and terminal, and stands in the audit log.',
  'policy.grants':
    'Grants give each identity its tools and conditions, and all others a default; no name, case or look-alike gets another one’s.',
  'policy.per':
    'Limits count by session, identity or project; a session’s end with it, and a new name is no new limit.',
  'policy.failed-calls-free': 'A call that failed does not count.',
  'policy.kept': 'Counters survive restarts and are shared by every process of a project.',
  'policy.file-changes':
    'An edit of the policy takes effect at the next call; a broken file refuses every call but two.',
  'policy.both-doors': 'The same policy holds over MCP and in the terminal.',
  'policy.behind-proxy': 'codeloop works unchanged behind a proxy that filters its tools and answers denials itself.',

  // audit: one line per call
  'audit.every-call':
    'Every call, allowed or not, is one line of the audit log with its decision, rule, duration and status.',
  'audit.masked': 'Secrets in arguments are masked before they are written.',
  'audit.chain':
    'A changed, removed, added or moved line and a cut tail of the audit log are reported, first bad line first.',
  'audit.crash': 'A line cut off by a crash is fixed, with a record of it.',
  'audit.processes': 'Several processes append to one audit log without breaking its chain, across rotations.',

  // report: what people and CI look at
  'report.self-contained': 'The HTML report is one file that opens from disk and asks no network for anything.',
  'report.worst-first':
    'Every report lists what is wrong before what is right, in an order that depends on the run only.',
  'report.untrusted': 'Nothing a page says can run in a report, break its markup, mention anyone or hide itself.',
  'report.hostile-files':
    'Missing, broken, crafted or linked files of a run cost its report their picture: it is written whole, and holds nothing from outside.',
  'report.pictures':
    'Reference, actual and difference can be looked at side by side and on top of each other, by mouse and keys.',
  'report.marks': 'Marks on a picture that would lie on each other stand beside each other, at every width.',
  'report.links':
    'What a problem is about is a link to its place, and the rule of accessibility that an element breaks a link to what explains it; no other address is.',
  'report.spots':
    'An element that breaks a rule of accessibility, and a picture that did not come, are marked on the screen and lit from their line in the lists.',
  'report.moved': 'What moved is shown with an arrow that says whereto and how far, and with the place where it was.',
  'report.regions-align': 'Regions are outlined where they are on the picture, at every size of the window.',
  'review.person':
    'The review page opens for a person at a terminal alone: not under CI, not for an agent, not over MCP.',
  'look.own-pages':
    'The report and the review page pass their own gates at three widths, light and dark, and a change of them is found.',
  'review.live': 'The review page shows a verification under way cell by cell as they come, without a script.',
  'review.walls':
    'The review page answers on loopback, to the browser that opened its address, and decides for no other origin.',
  'review.page':
    'The review page shows what waits, the runs with their trend and two runs side by side, and runs no script.',
  'review.files':
    'The review page sends the pictures and recordings that a run names, unchanged and in ranges, and no other file.',
  'review.decide':
    'A person accepts or refuses with a reason on the review page and undoes it until it is committed; each is a line of the log.',
  'review.walk':
    'From the first look to the last decision everything is done by keyboard alone at 375, 768 and 1440 px, what is new and an error in a recording included, and axe and the layout gate find nothing there.',
  'report.known':
    'A report tells what is new since the last green run from what that one showed as well: differences, layout, accessibility.',
  'report.recording':
    'The report plays the recordings of flows and those made by hand; each step, error and finding in one is a press away, whatever its log says.',
  'report.key-frames':
    'Beside the time line of a recording stand the pictures that tell what happened, and each leads to its moment.',
  'report.recordings-travel':
    'A report in one file or in a folder holds its recordings, too, and plays them wherever it is taken.',
  'report.first-screen':
    'The first screen shows the worst finding large and in words, each screen with its marks, one sentence of verdict and the next call.',
  'report.true-pixels':
    'Actual pixels are those of the file, wherever the report lies; where it has only copies it says so.',
  'report.next-difference': 'A key goes to the next difference, and each has a link of its own.',
  'report.one-status':
    'A screen at a viewport has one status: what a check found there, on one screen or several, at one viewport or several, counts.',
  'report.chips': 'What is wrong is said in words, never by a share of pixels alone.',
  'report.filter':
    'The report can be narrowed to a screen, a viewport, a kind, a source file and what fails; a search names each place that holds its words, and leads there.',
  'report.accessible':
    'The report has landmarks, headings, names for controls and pictures, and 4.5:1 contrast in both themes.',
  'report.scales':
    'A report of 1,000 pairs opens, filters and stays usable: what nobody looks at is not built, and is found, linked and shown without scripts.',
  'report.nothing-hidden': 'A list that is cut in a report says how much was left out.',
  'report.markdown':
    'The Markdown summary is valid GitHub tables with verdict, gates, worst screens and what to do next.',
  'report.junit': 'The JUnit file is well-formed XML whose counts agree with its cases, one per gate, pair and cell.',
  // store: the run folder and its ledger
  'store.put': 'A file put into a run is on disk whole, hashed and listed in the manifest when put answers.',
  'store.versions': 'Nothing in a run is overwritten: a name that exists gets the next version.',
  'store.safe-names': 'No name, whatever is in it, makes a run write outside the folder it is meant for.',
  'store.no-links': 'Nothing is written through a link planted in the artefact folder.',
  'store.one-run-per-state': 'While the code state holds all evidence joins one run; when it changes the run closes.',
  'verify.once':
    'A verification decodes each side of a compared pair once, parses the boxes of each page once, and judges each check once.',
  'speed.counted':
    'One page at one viewport costs a recorded number of questions to the page, pictures, manifests and git commands, which a busy machine does not change.',
  'start.schemas':
    'What a schema says of a value is what zod says of it: the same value, or the same words about what is wrong, whether zod was loaded for it or not.',
  'start.hook':
    'The Stop hook on evidence that is there loads a known amount of code, none of zod, YAML, RE2, the browser or the tools.',
  'start.command':
    'A command of the terminal takes its flags from what the build recorded, and loads neither zod nor YAML where nothing is wrong.',
  'speed.one-tool':
    'A command of the terminal loads its own tool, and the others only where its answer or its help names them.',
  'gates.two-rounds':
    'A judgement asks each check once: those over raw evidence first, then those over results of checks.',
  'store.which-run':
    'A call that names no run finds the one that its rule in docs/runs.md says; a named run is the one meant.',
  'store.tampered-newest': 'A newest run that was edited, broken or deleted is named; no older run stands in for it.',
  'store.changed-files': 'A listed file that was replaced, cut, deleted or made a link is named.',
  'store.ledger':
    'The ledger notices an edited manifest, cut entries, an older manifest put back, deleted, edited or invented verdicts, and a run copied from another project.',
  'store.no-laundering': 'A run that was tampered with cannot be written to, so that it cannot be made to agree again.',
  'store.ledger-private': 'The ledger lies in a folder that only its user may enter.',
  'store.ledger-optional': 'Where no ledger can be kept the work goes on, and its runs are unknown with the reason.',
  'store.no-way-out': 'A manifest cannot make codeloop read files outside its run.',
  'store.many-processes': 'Several servers and commands writing one run at once lose no entry and disturb nobody.',
  'store.killed':
    'A process killed while it writes a run leaves it readable and intact, with all it had acknowledged, marked incomplete with the reason.',
  'store.retention':
    'Retention removes the oldest runs and says which, never the newest, one being written, or the last green of a branch.',
  'store.broken-run-listed': 'A run that cannot be read is listed as broken with the reason, and hides no other.',

  // state: what the evidence was made from
  'state.commit-keeps': 'Staging and committing do not change the code state.',
  'state.change-names-files': 'A change of the code state names the files that changed.',
  'state.scope': 'What codeloop writes is no part of the code state; config, policy and flows are.',
  'state.submodules': 'A change inside a submodule changes the code state.',
  'state.no-blind-spots': 'Neither index flags nor a restored modification time hide a change from the code state.',
  'state.no-programs': 'Taking the code state runs no hook, filter or monitor that a repository names.',
  'state.repository-untouched':
    "Taking the code state leaves the repository's index, objects and references as they were.",
  'state.own-output':
    'Output that is written into the project while it is verified is named as what changed, with what to do about it.',
  'state.own-reports': 'A report that codeloop wrote beside the code is no change of the code; edited, it is.',
  'state.without-git': 'A project without git has a code state, by a fixed ignore list and its .gitignore files.',
  'state.left-behind':
    'what editors, file managers and tools leave beside the code makes no evidence stale, unless git holds it or code makes use of it',
  'state.beyond':
    'What code reaches beyond the tree (ignored files that it names, targets of links, packages of the workspace, files between codeloop’s own) makes evidence stale when it changes; tools’ leftovers and what an app writes itself do not.',
  'state.own-writes':
    'Code that git ignores and the project’s own commands or the start of its app generate anew is named and not compared; variables of the app are.',
  'state.still-asks-nothing':
    'Where nothing moved since git was asked, the code state asks it nothing, and is what somebody gets who looks for the first time.',
  'state.links': 'The tree of a code state holds a link as a link and does not follow it.',
  'state.unreadable': 'A file that cannot be read is named in the code state and does not stop it.',
  'state.bars': 'Config, policy, designs, baselines and acceptance files each have a digest of their own.',
  'state.build-output': 'Served build output that git ignores is part of the code state.',
  // record: frames with times, and the video made from them
  'record.length': 'A video is as long as the wall clock says the recording was, each picture in its time.',
  'record.live-video':
    'A video that was encoded while it was recorded is the one that its frames give, or is written from them again.',
  'record.static': 'A page that does not move gives a valid video of the full length.',
  'record.order':
    'Frames that arrive out of order are put in order; frames of a passing size are left out of the video.',
  'record.bounded':
    'A recording of any length stays within its megabytes and its seconds, and keeps its beginning and its end.',
  'record.leaves-time':
    'On a machine that has no time to spare a recording takes fewer frames, so that the app is not slowed down.',
  'record.stop-at-once': 'Stopping answers with frames and index whole and hashed while the video is still written.',
  'record.no-encoder': 'Without an encoder the frames are kept and a note says so.',
  'record.crash': 'After a kill the frames are found again and their video can be written.',

  // native: windows of desktop apps
  'native.dialogs':
    'A window of its own that a desktop app brings up is named by the step and photographed in front of the first.',
  'native.find':
    'A window is found by its exact name before a similar one; none or several are errors that list what is there.',
  'native.only-that-window': 'Pictures and videos of a window hold only that window, also when it is covered or moved.',
  'native.focus-restored': 'A minimised window comes up for its picture, and the focus goes back to where it was.',
  'native.window-gone':
    'A window that closes while it is recorded ends the recording, which says so and keeps what it has.',
  'native.no-display': 'Without a display the error says what to do, and configured apps run on a private one.',
  'native.app-exits': 'An app that dies is a clear error with its output among the log entries.',
  'native.several-displays':
    "Private displays that come and go at once never take each other's number, and each opens with its own cookie only.",
  'native.nothing-left': 'No display, window manager or app is left behind, also after this process was killed.',
  'native.verify':
    'The window of a configured desktop app is a screen: verify photographs it on a private display, compares it with its design and its baseline and judges it, without a browser where there are no pages.',
  'native.platform': 'Pages and windows are verified in one run, or either alone, and join it.',
  'native.replayed': 'A desktop app is recorded, driven, photographed and replayed over MCP.',
  'native.steps': 'Clicks, keys, text and wheel reach the app, each step says what it waited for.',
  'native.platforms': 'The command lines for macOS and Windows are those of their tables.',

  // capture: pictures of web pages
  'capture.steady':
    'A page is photographed at rest: fonts, pictures and short scripts have ended, what moves stands at a defined place.',
  'capture.same-bytes':
    'The same page gives the same bytes, in a fresh load, another browser process and at any concurrency.',
  'capture.unsteady':
    'A page that never comes to rest is kept, marked unsteady, with the moving region and a mask that would cover it.',
  'capture.language':
    'A page that replaces parts of the language (Promise, Map, methods of lists, call and bind) is photographed whole, at rest and masked, and is blamed for nothing of it.',
  'capture.readings':
    'A page that replaces what pages are read by (getBoundingClientRect, querySelectorAll, getComputedStyle, …) is photographed, waited for and masked by true readings, and its log says so.',
  'capture.untouched': 'Bringing a page to rest changes no attribute of its elements.',
  'capture.missing-listed': 'Fonts and pictures that did not come are listed with the picture.',
  'runtime.refused-inside':
    'An answer of GraphQL, JSON-RPC, tRPC, gRPC-Web, Connect or JSON:API that holds errors is a failed request, whatever its status, and so is a server’s own error, or a page where JSON was wanted; what an app answers for itself is not looked into.',
  'capture.open-requests':
    'What a page asked for and was not answered when its picture is taken is named with address, kind and how long it was open; one that shows that it waits is waited for as long as the time allows, and is no green; what pages keep open on purpose is not told.',
  'capture.waits-alone':
    'A page that shows only that it waits, or whose main part holds nothing, is waited for and is no green though no request is open; a part that says what it is loading is a warning; pages that tell of such signs are not told.',
  'capture.slow-ticks':
    'Slides that change by themselves every 1.5 s or more stand still while a picture is taken, whoever asks for their turns; a page that waits may look by such timers, and a first one-shot comes.',
  'capture.given-up':
    'What the page itself gives up within three seconds is no failed request; what nobody answered for longer is one.',
  'runtime.standing':
    'Whether an answer that nobody is signed in, one in part, one without content or a refusal, or a socket that never opened or broke off is a fault is decided by how the page stands in its picture: one that shows what it should passes, and the verdict says what was seen; a list with nothing in it, a part that says that it failed or a page that waits does not.',
  'capture.error-pages':
    'A screen that is an error page, a bare answer to a program, an overlay of a development server or a page of the server itself is told whatever its status; pages about errors, and parts that failed, are not.',
  'capture.still-pages':
    'A page whose sandbox allows no scripts is photographed whole at once, and one that has removed its own elements is blank: neither waits in vain or fails.',
  'capture.never-shown':
    'What keeps its place on a page and is shown on no way through it is named: as certain where it is much of the page, else as a warning; what opens, takes turns, measures or comes up under the pointer is not.',
  'capture.tall':
    'A page up to 200,000 px tall is photographed whole, in bands; of a larger one it says how much was seen.',
  'verify.one-cell':
    'What happens to one cell, pair or picture is its own result; the others are judged, stored and answered.',
  'capture.full-page':
    'A full page shows sticky and fixed parts once, sections of the viewport height at their size, and every row of 20,000.',
  'capture.whole':
    'A full page shows what comes up where it is scrolled to, also what goes again or has to be fetched, and what scrolls in place of the page; what no scroll position shows, or never comes, is named.',
  'capture.ends':
    'What is animated and ends is shown at its end, what does not end at a fixed place: by CSS, script or SMIL, in every shadow root and in picture files.',
  'capture.lists':
    'A list that always draws a few of its rows in the main scroller of an app is put together from what was seen at each place; what shows nothing is named with how much was seen.',
  'capture.unreachable': 'No script of a page reaches, takes away or changes what codeloop keeps in the page.',
  'capture.masks-hidden':
    'A page cannot keep a masked part from being found or covered by its own properties, lists, names of fields, frames or shadow roots, nor by what it does when it sees a mask.',
  'capture.masks-visible':
    'A mask covers the parts of its element that can be seen, in frames and shadow roots too, and nothing else; what each selector matched is told.',
  'capture.service-workers':
    'A service worker of the app runs, is waited for while it is installed, and what it answers is in the log.',
  'capture.viewports': 'Size, pixel ratio, touch, colour scheme, locale and time zone are what the viewport says.',
  'capture.masks':
    'Masked parts are painted over in the picture, listed as rectangles, and their share of it is right.',
  'capture.boxes':
    'Each visible element is stored with a selector that names it alone and with its box in the picture.',
  'capture.hidden-errors':
    'Errors that a page keeps from the browser, buries under other lines or throws from a script called like an icon are in its log.',
  'capture.flood':
    'A page that says a hundred thousand lines, or lines of megabytes, is heard up to a bound; what it was kept from saying is counted, errors apart; the next call works.',
  'capture.logs':
    'What a page says and which requests fail is kept, bounded, redacted and without noise of the browser itself.',
  'capture.allow-list':
    'A page reaches loopback and listed origins only: redirects, WebSockets, workers and WebRTC included.',
  'capture.blocked-not-blamed':
    'A request that the allow list stopped is a warning with the configuration line, not an error of the app.',
  'capture.no-file': 'Nothing but http and https can be opened.',
  'capture.goes-on':
    'A page that goes on to another document while it is photographed is photographed there; one that never stays, or whose answer breaks off, says so.',
  'capture.isolated': 'Sessions share nothing; one that hangs or crashes holds up no other.',
  'capture.kept-sessions':
    'Pages of a run that leave nothing behind are shown one after the other in one page of the browser, and nothing of one is there for the next, nor in its record.',
  'capture.restarts': 'After the browser died the next session starts a new one.',
  'capture.no-trace': 'No process, profile or temporary folder outlives the driver, even when node is killed.',
  'capture.browser-found':
    'The browser that is there is found in a fixed order; without one the error says where was looked and how to install one.',
  'capture.contract': 'Every driver keeps the same promises for open, screenshot, logs and close.',

  // app: the server of the project
  'app.started-and-stopped': 'The app is started when nothing answers, and ends with everything it started.',
  'app.not-ready': 'An app that does not come is APP_NOT_READY with the reason and the last it printed.',
  'app.bound':
    'A server that was there counts only when it runs from the project, by its command, with the code as it is; else the app is started beside it, or the evidence is unbound and says why.',
  'app.place-refused':
    'A folder for temporary files or for the ledger that cannot be used is said before anything runs, with what to set.',
  'app.serves-changes':
    'A dev server that reloads proves itself by serving the changed files; what it runs itself it cannot prove.',
  'app.stranger':
    'A stranger on the port is never taken for the app: it is looked for where it went, started on another port, or refused with the stranger’s folder.',
  'app.address':
    'The address that a server prints is read as a person reads it: links, colours, brackets, bare ports, wildcards, IPv6; a proxy or a debugger is no page.',
  'app.shared': 'Several processes on one project share one app, and go on when the one that started it ends.',

  // init: the project's files
  'project.workspaces':
    'In a workspace the app is the package that the script runs, or the one that is an app; finished HTML is served where its script cannot run.',
  'project.routes':
    'The pages that source names are found, file routes and router configurations alike; those with parameters apart.',
  'gates.not-known': 'A check that could not look says that it is not known, and why; never that something failed.',
  'diagnose.stable-ids':
    'An issue keeps its id from run to run: ports, times, amounts in pixels and hashes are no part of it.',
  'diagnose.grouped':
    'The same problem on several screens and viewports is one issue with the cheapest call that verifies its repair.',
  'diagnose.roots': 'Root failures come first, and what follows from them is folded under them.',
  'diagnose.source': 'An error in built code is placed at its line of the source, dependencies passed over.',
  'diagnose.gate':
    'Work with a blocker or a critical issue is not done; what only a person or the machine can fix is told apart.',
  'discover.crawl':
    'A crawl stays on the app, opens one page of each template, follows nothing that changes things, and names broken links.',
  'discover.save': 'Found screens are added to the settings without touching what a person wrote there.',
  'init.origins': 'Init lists the origins that the source loads things from, and none that it only links to.',
  'import.settings':
    'Settings of BackstopJS and lost-pixel are read without being run, become screens, viewports and designs, and what could not be carried over is listed.',
  'start.first-hour':
    'One command leads from a project without settings to a first verdict, known findings and accepted baselines by two typed confirmations; nobody is asked where no person is.',
  'init.files':
    'Init writes settings, reference folders, ignore lines, and each client its registration and standing rule.',
  'init.twice': 'Running init twice changes nothing, byte for byte.',
  'init.foreign-text': 'Init keeps every byte that a person wrote.',
  'init.broken': 'When a file that must be extended is broken, init says which and writes nothing.',
  'init.dry-run': 'A dry run tells what init would do and writes nothing.',

  // real: somebody else's site, by the built program
  'real.steady': 'Pages of an admin template are photographed at three viewports, steady and not blank.',
  'real.same': 'Photographed again by another browser, at any concurrency, they are the same byte for byte.',
  'real.planted': 'One changed colour, a shift of 4 px and one missing button are each found in the right rectangle.',
  'real.tall':
    'A page of 1280 x 20,000 px is on disk whole, its copies keep within the caps, and 600 MB of memory suffice.',

  // steps: acting in pages
  'steps.actions': 'Every action of the contract does in a real page what it says.',
  'steps.targets': 'A target is found by each of its kinds; several or none are errors that name what is near.',
  'steps.waiting': 'A step waits until it can be done, says what for and how long, and in vain is STEP_TIMEOUT.',
  'steps.prompts':
    'What would open a window of the browser (another program, files, devices, printing) is cancelled and told, permissions are told with their answer, passkeys are answered, and no input is lost to a prompt or a held pointer.',
  'steps.leaving': 'A page that asks before it is left stays and says so at once; a history that has ended says so.',
  'steps.refs': 'References of a snapshot survive a re-render, are never used twice, and say so when they moved.',
  'steps.told':
    'A result tells address, title, errors since the last step, dialogs, downloads, new tabs and what changed.',
  'steps.remarks':
    'A press that came to nothing is said at once, beside whatever moves by itself, and so are a submission that was sent twice and an error page that is answered as any other; a press that does something is silent.',
  'steps.secrets': 'A secret is typed by name, on its origins only, and shows in no reply, log, line or picture.',
  'steps.walls': 'Steps reach allowed origins only, and upload only files of the project that are not hidden.',
  'steps.before-picture': 'A screen with steps is photographed after them; one that fails is the failure of its cell.',
  'snapshot.bounded': 'A snapshot is scoped, paged and far below the budget of a reply.',

  // shards: one verification on several machines
  'shards.named': 'A shard is named by its number, or by what Kubernetes, GitLab, Buildkite or CircleCI say.',
  'shards.split': 'Screens are split by measured time, the same way on every machine.',
  'shards.merged':
    'Merged shards make one run with one gate, byte-equal in its records to a verification that was not split.',
  'shards.refused':
    'A shard that is lost, doubled, cut off, changed, or of other code, bars, builds or browsers is refused with the reason.',

  // remote: browsers that run elsewhere
  'remote.endpoints': 'A Playwright server and an endpoint of the DevTools protocol are told apart by their address.',
  'remote.bar': 'Who takes the pictures is a bar.',
  'remote.same': 'Pictures of several remote browsers are those of one, and so is all that is made of them.',
  'remote.shared':
    'Two client machines at one endpoint accept baselines of the same bytes under the same name of the environment.',
  'remote.retried': 'A cell whose remote browser dies is photographed by another one.',
  'remote.no-token': 'What opens a remote browser is in no artefact, error or bar.',
  'remote.walls':
    'Pages of a remote browser reach no other origin, whatever flags it was started with: on this machine by a proxy, on another request by request.',

  // stories: the pages of a Storybook or a Ladle
  'stories.screens':
    'Each story of a built Storybook or Ladle, or of one that is served, is a screen, named for its title, args and globals.',
  'stories.parameters':
    'A story says in `parameters.codeloop` how it is looked at; what cannot be read without running the file is refused with its line.',
  'stories.played':
    'A story is photographed when its play function has ended; that it could not be drawn or played is its own result.',
  'stories.bars': 'What files of stories or the settings take out of the judgement of stories is a bar.',
  'stories.affected': 'With scope affected, stories that load nothing of what changed are not photographed again.',

  // replay: recordings and videos looked through once more
  'record.live-page': 'A live page is recorded at its own size, in order, across navigations, without slowing it down.',
  'record.default-page': 'A step that names no page means the one that is recorded.',
  'flows.state':
    'A flow against a back end with state holds again and again: it is reset before each replay by a command or a request, texts are unique where asked, and a flow runs once where asked.',
  'record.several': 'Several recordings run at once; each is stopped by its id, at once.',
  'record.kept': 'Frames, log and record of a recording belong to its run, each picture by its digest.',
  'record.recovered':
    'A recording whose server was killed is found at the next start and its video finished; nothing runs on.',
  'act.hung-page':
    'A page that does not answer is told as such within the time of the step and a little more, at once the next time, and is used again when it answers.',
  'act.bounded':
    'A step ends within its own time (by default 5 s to find and 5 s to act) and 15 seconds more, whatever part of it hangs.',
  'act.delivered': 'A step that failed after it was done says what was done, not that it was not.',
  'act.candidates': 'An assertion on something that is not there names what is near it.',
  'replay.frozen':
    "A page that stands still is told from a machine that has no time: by the page's own work, what processors had to spare, and our own pauses.",
  'record.left':
    'A video that was not written when its process ended says so, and is written later by one process, the shortest first.',
  'replay.key-frames':
    'Key frames show first, last and the state after each step, settled, in order, each once, at most as many as asked for.',
  'replay.sheet': 'More than eight frames come as one contact sheet, numbered and timed.',
  'replay.flow-split': 'An expected flow is read from arrows, numbers, bullets and lines.',
  'replay.flow':
    'Each expected step is matched in order to what was done and seen, contradicted with the reason, or not seen.',
  'replay.flow-acts':
    'A step that says what is done is matched only to a step or an address that can be that act, never to a text; else it is not seen, with the nearest.',
  'replay.flow-clauses':
    'Each clause of an expected step is shown or not seen: that something opens is not shown by the press, nor a text by an address, a denial or an error page.',
  'replay.flow-lasting': 'A text shows an expected step at any time from when it came up until it was gone.',
  'flows.saved-viewports':
    'A flow that is saved as it is tried at some viewports is meant for those, and replayed at no other.',
  'flows.saved-names': 'A flow is saved under a name that stays itself, and replacing one of that name is said.',
  'replay.findings':
    'A dead button, a console error, an error answer, a blank page and a crash are named with their frame.',
  'replay.healthy': 'A healthy recording has no findings.',
  'replay.truth':
    "Flows of ten steps and more through our app and somebody else's, over MCP: healthy they match and have no findings; what is planted is named at its step.",
  'record.secrets': 'A secret typed while a page is recorded shows in no frame, video, log, reply or saved flow.',
  'replay.video-walls':
    'A video file is read as the container its bytes say, from inside the project only; a playlist in disguise is refused.',
  'replay.any-video': 'MP4, MOV, WebM and MKV files can be replayed.',

  // runners: the project's own build, checks and tests
  'runners.reports':
    'Reports of the tools that projects use are read with names, places and messages; one that cannot be read is never zero tests.',
  'runners.ends':
    'A command that watches is told not to, left out, or ended as soon as it says so, with the setting that names another.',
  'runners.detected':
    "The project's build, lint, type check and test commands are found, and no command comes from an argument.",
  'runners.no-edit':
    'A report is asked for without a change to the project, and only where the flags are certain to reach the tool.',
  'runners.outcomes':
    'Failed, zero, skipped, hanging, missing and unknown are told apart; failing tests with exit code 0 are failures.',
  'runners.ended': 'A command is ended with all it started at its deadline and at a cancellation.',
  'runners.plugins':
    'A plugin runs when its file is there and counts like the own tests; unknown keys are refused with the nearest name.',
  'runners.gates': 'A build, a lint, a type check or tests that do not hold stop the gate, which names what and where.',
  'runners.gone': 'A command that an earlier commit had and that is gone or reads differently needs a person.',
  'runners.logs': 'What a command prints is kept in the run as it comes, secrets masked.',
  'runners.build-state':
    'A build that writes ignored or served files leaves the evidence fresh; one that changes the code is named.',
  // flows: saved steps, replayed by verify
  'flows.replayed':
    'verify replays every saved flow at each viewport with a recording; a dead button fails the run and names flow, step and viewport.',
  'flows.failing-step':
    'The step at which a flow stopped comes with why, picture and nearest candidates, in the reply and the report.',
  'flows.broken-file': 'A flow file that cannot be read is a failed check that names file and problem.',
  'flows.lasting-targets':
    'A step is saved by role and name first, with other ways to the same element; one that is found by another way says so.',
  'flows.reply-fits': 'The reply of a verification with ten failing flows at three viewports keeps within its budget.',
  'gates.workflow':
    'workflow_evidence asks for replayed flows and covered screens, where there are flows or the configuration says so.',

  // package: what npm gives a user
  'package.engines':
    'Every package that codeloop installs runs on Node 20.19, 22.12 and 24, so that engine-strict installs it; `npm ci` finds all that a checkout asks for in the lock.',
  'package.released':
    'A release names the repository that makes it, is published with provenance, and is tested on every Node it promises.',
  'baselines.store':
    'Accepted pictures travel to an S3-compatible store and back by the digest that their acceptance names; acceptances do not.',
  'package.runners':
    'The packed package gives a Playwright test its matchers: their types refuse what does not fit, and they run.',
  'package.works': 'Installed from its tarball into an empty folder, every command works without the repository.',

  // integrity: evidence by the built program
  'bars.lowered':
    'Whatever is judged less strictly than at the commit, the merge base, the last green gate or by default is named with what it was.',
  'bars.hiding':
    'A mask, a picture of the window alone or a window that nobody looks through is named, and needs a person, where it hides a fault or the page, also with no earlier settings; where it hides nothing it is not.',
  'bars.left-out':
    'Each verdict names what the settings leave out: what masks cover, what lies below the window, pages of a static site that are no screens, stories.',
  'capture.masks-parts':
    'What is masked on a screen is covered in the pictures of its layout in other windows and under conditions as well.',
  'errors.advice':
    'The advice of an error fits what was refused: known names where there are some, else what the message names.',
  'state.named-by-named':
    'Files that code names are read for further names, whatever they are called: settings of tools, plain texts, tests.',
  'app.honest-environment':
    'The project’s app, and what resets it, is started without variables that load other code into it.',
  'report.annotations':
    'Issues become annotations of GitHub and GitLab at the line of code, worst first, and no text of a page is a command.',
  'report.sarif':
    'A report in SARIF 2.1.0 has a rule for each check, and the place and a stable fingerprint of each issue.',
  'init.hook':
    "init adds a hook to a coding agent's settings that asks codeloop before the agent says that it is done.",
  'init.skill':
    'init gives each coding agent a skill where the agent looks for it, and the plugin of the marketplaces holds the same server, skill and hook.',
  'changes.base':
    'What a branch changed is shown cell by cell against the commit it parted from, a run or an address, without accepted pictures and without a trace in the repository.',
  'report.comment':
    'The comment of a pull request is at most 60 kB, is found again by the next run, and shows the worst places as pictures where readers can load them.',
  'ci.pull-request':
    'A pull request gets annotations at the lines, a comment with pictures that load, and an artefact that opens from any folder with every picture.',
  'ci.workflow':
    'A CI workflow is written that sees the whole history, annotates, and keeps the run; never over a file that is there.',
  'config.keys-explained':
    'Every key of the settings has a description, its default, and an example that is valid, in the docs and in the schema for editors.',
  'findings.accepted-at-once':
    'A person accepts all findings of accessibility and layout of today by one confirmed command; later ones fail.',
  'hook.holds':
    'The Stop hook holds an agent back when the code is not judged or not green, with the next step, and lets it go after a limit, saying so.',
  'hook.silent':
    'The Stop hook is silent when the code is green, when nothing that a page shows has changed, and where codeloop is not set up.',
  'init.names-after-designs':
    'init names screens after the designs that fit them, and proposes a screen for a design that fits none.',
  'verify.next-repair':
    'After a verdict that has not passed the next calls are the repair of what is first, with file and line, and what proves it.',
  'verify.green-names-rest':
    'A green verdict names the visible differences that remain, with the call that shows them; nothing is left only when nothing is.',
  'verify.green-names-unheld':
    'A green verdict says where no design, baseline, test or flow speaks, with the call that adds a baseline.',
  'verify.part-judged': 'A look at some screens or viewports is judged for these, and says that the gate asks for all.',
  'verify.configured-is-no-override':
    'An argument of a capture that says what the configuration says makes no picture that does not count.',
  'verify.affected':
    'Scope affected photographs the screens that a change can have reached, by routes and imports; unsure means all.',
  'verify.carried':
    'A picture that was taken over names its run, the reason and the digest of its inputs, and is not good for integration or release.',
  'verify.resumed': 'An interrupted run goes on by its id and photographs only what it lacks.',
  'integrity.cheats':
    'No way to ready_for_review without deserving it that is not named in docs/security.md: edited, copied and forged evidence, lowered bars, tests that prove nothing, other pages.',
  'integrity.second-look':
    'A page that shows codeloop’s browser something else than people’s is named, with what it showed to whom; chance, time and slow content accuse nobody.',
  'integrity.honest':
    'Stash, worktree, submodule, rebase, amended commits and generated files keep nobody from a green gate who deserves it.',
  'integrity.derived': 'A stored score, pair or check that its own raw evidence contradicts is named by the gate.',
  'gates.iterations':
    'A failure that came back on gates.max_iterations states of the code is blocked, and named; a green verdict forgets it.',
  'images.no-bomb': 'Of a PNG nothing but pixels and a colour profile of sane size is ever unpacked.',
  'settings.linear': 'Patterns of the settings cost time linear in the text, whatever a page writes.',
  'mcp.bounded':
    'A message that is too long, too deep or no request is answered with an error, and the next one is read.',
  'runners.real-tools':
    'The project’s commands run without variables that put other code into them, and not where something stands in the place of node, a shell or git.',
  'capture.no-packet': 'The browser asks no resolver for a name by itself, not even from its own error page.',
  'evidence.stranger':
    'A stored run is read as data from a stranger: no link is followed, nothing outside is read, what was changed is called tampered before it is shown.',
  'secrets.shapes':
    'Secrets of some sixty kinds are masked by their shape in every text that is stored or sent, whoever wrote it.',
  'secrets.split':
    'A secret that a page keeps in several elements, letter by letter, or beside its name, is masked as one that stands in one text.',
  'secrets.writers':
    'Every place that writes a file masks secrets, or a test says why there are none in what it writes.',
  'secrets.typed': 'What is typed into a password field is in no file and no reply, whatever the page does with it.',
  'bars.every-field':
    'Every field of the settings, of a screen and of a saved flow that decides what is seen is compared; a new field is, unless it says why not.',
  'bars.history-seen':
    'Under CI a history that cannot be compared with (shallow, without its main line or the commit that CI names, refused by git; begun anew or none, where CI names the commit that it judges) could not run, and says what makes it visible.',
  'bars.person': 'A lower bar counts only when a person let just that through at a terminal and committed it.',
  'integrity.tampered':
    'The gate refuses evidence that was edited, deleted, copied, is older than code or bars, or shows another server, and names it.',
  'processes.killed':
    'A verification that is interrupted or killed leaves a readable run, marked incomplete, and no process.',
  'processes.together': 'Several verifications of one project at once disturb neither each other nor any run.',
  'design.match-elements':
    'Elements of two pictures of a page are matched by test id, id, text, role, name, place and order, whatever came, went or moved between.',
  'design.picture-budget':
    'The pictures of a comparison are at most 640 px wide, a locator at most 400, and cost at most 3,000 tokens in all.',
  'design.element-band':
    'With a picture as the only reference, a band of space names what it pushed, and something missing names what held it.',
  'design.element-cause':
    'With boxes of both sides a region names the element that caused it and its properties, expected and actual; consequences come after.',
  'design.rounded-height':
    'Another renderer rounds the height of each line: a page that is longer for that alone is no other size, and one with a distance of its own is.',
  'design.element-alone':
    'With boxes of the actual picture only a region names the smallest painted, visible element that explains it, or says that it is the container.',

  // baselines: accepted pictures
  'baselines.person':
    'A baseline is accepted or removed by a person only: at a terminal, by typing, never under CI or in an agent’s environment.',
  'baselines.proposals-apart': 'What a tool proposes is kept apart from the baselines and counts for nothing.',
  'baselines.failing':
    'A picture of a screen that fails gates is proposed only where that is asked for by name, and the reply says what fails.',
  'baselines.traced':
    'Only steady, fresh pictures of an intact run of the present code are proposed, and accepted only as that run has them.',
  'baselines.kept': 'A picture that still is what was accepted is kept and not proposed.',
  'baselines.changed-screen': 'A screen that no longer looks as accepted fails the gate, and the element is named.',
  'baselines.healthy': 'A screen that looks as accepted passes, at any tolerance.',
  'baselines.committed': 'A baseline counts once the commit holds its bytes, whatever git’s index says.',
  'baselines.edited':
    'A baseline that was edited, put there by hand or taken away without a person’s word fails the gate.',
  'baselines.elsewhere':
    'A baseline of another environment counts when the pixels are equal, and else cannot be compared.',
  'baselines.shown': 'Each change of a baseline is shown in the gates until a green verdict has seen it.',
  'baselines.walls': 'No name, link or file of a proposal leads out of the folder of the baselines.',
  'review.budget': 'A visual review shows at most eight pictures, at most 640 px wide, within 3,000 tokens.',
  'review.questions':
    'Its questions come from what was measured: regions, shifts, new screens, viewports that disagree.',
  'review.numbers': 'Regions have their number beside them on the diff picture, not over words.',

  // figma: frames as references
  'figma.references':
    'A Figma frame is a reference like a file: exported at the viewport’s own scale, validated, cached.',
  'figma.by-name':
    'Frames are found by names like <viewport>/<screen>; two of one cell are refused, unknown screens named.',
  'figma.cache-first': 'One cheap call decides the version; what the cache holds of it is never fetched again.',
  'figma.batched': 'Many frames are exported by few calls, and fewer at once where that is too much.',
  'figma.broken-cache': 'A broken entry of the cache is noticed and fetched again; a broken picture is never kept.',
  'figma.offline': 'Without token or network, or at a limit, cached frames are used, and how old they are is said.',
  'figma.errors': 'A limit, a refused token, a missing file or frame each have an error that says what to do.',
  'figma.token': 'The token goes to the API alone: no redirect, picture, file, log, reply or error carries it.',
  'figma.bounded': 'Slow, huge, broken and redirected answers end in an error, within a limit, never in a hang.',
  'figma.layers': 'Layers are matched with elements, and deviations told by property, tolerance and token.',
  'figma.code-state': 'Settings and version of the frames are part of the code state and of its bars.',
  'spec.tokens': 'Design tokens of the W3C format are written from frames or from accepted screens.',
  'spec.walls': 'A specification is written inside the project only, and over nothing that a person wrote.',

  // truth: how often the verdict is right, on pages of somebody else
  'truth.rules':
    'What counts as visible, found and named is decided by the plan and the pixels, not by the comparison that is measured.',
  'truth.planted': 'A visible change of a third-party page is found, its element named first, its property named.',
  'truth.noise':
    'A page that is photographed again is never reported: another load, a caret, a scrollbar, rounded colours.',

  // design: which element, which property
  'design.measured':
    'Where the reference is a picture only, colours, sizes, radii and weights that differ are read from pixels, marked as measured, or not told.',
  'design.read-silent':
    'A design by another renderer of a page that is as it should be has no finding: softer letters, parts of a pixel, more ink, and roundings are silent.',
  'design.layout-cause':
    'Against a picture, what is laid out otherwise (a row for a column, wider than its room, moved onto something) is one issue of the element that is so; what follows is not told besides.',
  'design.read-picture':
    'A design that is only a picture is read by what the app shows: another word, colour, weight, size, radius or gap and what is missing or extra is named by element and property, whoever drew it.',
  'design.explained-pair':
    'A reference with boxes beside it is compared element by element; what lies there and is no such file is as good as none.',
  'report.differences':
    'A difference is one readable line in every report: role, name, selector, property, expected and actual.',

  // layout: faults of a page's layout, without anything to compare it with
  'layout.faults':
    'Each kind of broken layout is a certain finding at its element, with nothing else on the page named.',
  'layout.verify':
    'A verification of pages without any design is red for a broken layout, names element, source line and widths, and is green once it is mended.',
  'layout.between':
    'A fault that holds only between the viewports is found, and photographed at a width that shows it.',
  'layout.report':
    'The report shows each fault of a layout with its picture, its widths on a strip, its place and its repair.',
  'layout.ranges': 'A finding carries the widths of the window in which it holds.',
  'layout.pixels':
    'What claims to be visible is certain only where the pixels bear it out, and nothing where they show that nobody sees it.',
  'layout.boxes':
    'The report draws the boxes of the faults on the picture of the screen, with their numbers in the list.',
  'layout.review': 'A review with the eye shows screens with faults of their layout and asks about each.',
  'layout.shifts': 'How much a page moves by itself while it loads is measured, and what moved most is listed.',
  'layout.rows': 'Of a row of like things the one of another size may be a fault.',
  'layout.listed': 'A text that ends in dots is listed and is no fault.',
  'layout.glyphs': 'A letter of which no font has a shape is named; certain only where it is of no living script.',
  'layout.conditions':
    'Under each condition that is asked for, what breaks there only is a finding of that condition, at its element.',
  'layout.conditions.release':
    'A release is blocked until its pages were looked at under every condition that is not off.',
  'layout.conditions.silence':
    'A page that holds under a condition, or knows nothing of it, has no certain finding of it.',
  'layout.folded': 'The same fault of like elements by the same cause is one finding, its siblings folded under it.',
  'layout.gate':
    'A certain finding that no person accepted fails its gate, with element, widths, source line and repair.',
  'layout.accepted':
    'A finding that is meant so passes once a person wrote it down with a reason and committed it; all accepted ones are shown.',
  'layout.unnamed':
    'Of a page with more than 12,000 elements roles and names are left out, and the layout is said to be judged in part.',
  'layout.missing': 'A page whose layout could not be judged is never a pass.',
  'layout.silence':
    'What designers do on purpose (badges, carousels, closed drawers, layers, ellipsis, veils and the like) is no certain finding.',
  // accessibility: violations, and those that a person accepted
  'accessibility.examined':
    'Every page that is photographed for a gate is examined for accessibility, at every viewport.',
  'accessibility.frames': 'Violations are found in frames, those of other sites included, and in shadow roots.',
  'accessibility.closed-roots': 'Violations are found in closed shadow roots too, which stay closed to the page.',
  'integrity.picture':
    'A screen whose writing is drawn by a picture of the design, whatever paints it, is no screen; photographs, grounds, galleries and logos are none.',
  'accessibility.isolated': 'No script of a page and no content security policy changes what is found on it.',
  'accessibility.untrusted': 'What a page wrote about its elements is cut, masked and never part of our own sentences.',
  'accessibility.missing': 'A page that could not be examined, or whose result cannot be read, is never a pass.',
  'accessibility.gate':
    'A violation at or above accessibility.fail_on that no person accepted fails its gate, each element and rule by name.',
  'accessibility.accepted':
    'An accepted violation counts once it is committed, for its rule, element and screens alone; no tool writes one.',

  // acceptance: what was asked for, and what proves it
  'acceptance.files':
    'Criteria are read from YAML and Markdown check lists; a file that cannot be read is told with its place.',
  'acceptance.proof':
    'A criterion holds when the flow, screen, test command or check that it cites exists and passed in this run.',
  'acceptance.never-empty':
    'An empty list, and a criterion without proof, need a person; without any file the gate does not apply.',

  // sections, and the stages after them
  'sections.moves': 'A section moves only as the table says, and no section is verified or done without a verdict.',
  'sections.evidence':
    'A move that claims something rests on a verdict of the code as it is now, over the screens and flows of the section.',
  'stages.stricter':
    'Integration and release refuse carried and flaky pictures, unfinished sections, stale baselines and decisions left open.',
  'stages.proof':
    'What the file of sections says counts for nothing at a release: a verdict on the present code has to prove it.',
  'stages.release':
    'A release is judged over every screen at every viewport, every section and every open decision, in one report.',
  'sections.integration':
    'Finished sections are verified again together; what breaks is a regression of its section by name and of no other.',
  'workflow.steps':
    'How far the loop is is told from stored evidence of the present code, with what is missing and the next call.',
  'replan.spec':
    'Sections are read from the headings and items of a Markdown or YAML specification; code, comments and prose are none.',
  'replan.changes':
    'What changed in the specification is told by section and item, reopens what it affects, and gives the new order.',
  'attribution.first-change':
    'A pair that does not match is traced back to the first run of the unbroken row in which it did not.',
  'attribution.files':
    'The files between the last good and the first bad run are named, those that write a differing element first; what is not known is said.',
  'dev-report.block':
    'The development log is a marked block: written twice it is the same, and what a person wrote around it stays.',
  'dev-report.content':
    'The development log tells runs, gates, confidence, sections, the last 50 interactions, baselines and changes of scope; words of a page are code in it.',

  // guidance: prompts and recommendations
  'prompts.layers':
    'A prompt is put together from layers; what is not given is taken from the project, else from a default, else left out.',
  'prompts.variables': 'Variables of a prompt are validated, and a value is one line that cannot pose as text of ours.',
  'prompts.protocol':
    'The prompts are served as MCP prompts to clients of both eras, under the same policy as the tools.',
  'recommend.action': 'The next call follows from how the project stands, with the reason and its arguments filled in.',
  'recommend.tool':
    'Tools are ranked offline by need, stack and what the project has, each with reasons; what breaks a constraint is left out.',

  // matchers: in the test runner that people have
  'matchers.page':
    'A matcher looks at the page of a test as it stands: nothing is navigated or answered, and the page is as it was afterwards.',
  'matchers.same': 'A test and `verify` see the same pixels, and judge by the same names, files and settings.',
  'matchers.failure':
    'A matcher that fails says what differs, at which element, and attaches the pictures so that the report of the runner shows them.',
  'matchers.waits':
    'A page that is still coming in is waited for until the timeout; one that stands still is photographed once.',
  'matchers.propose':
    'No run of tests accepts a picture: it proposes, as --update-snapshots says, and stays red until a person accepts.',
  'matchers.comparator':
    'In Vitest a screenshot is compared as an accepted picture is: every visible pixel counts, and the message says what differs where.',
  'matchers.evidence':
    "What a test saw is kept in the run, marked as a test's, shown in the report, and counts for no gate.",
} as const satisfies Readonly<Record<string, string>>;

/** The id of a promise. */
export type RequirementId = keyof typeof requirements;

/**
 * Says that the test which calls it proves a promise. Call it inside the test, with a literal id: the static test reads the source.
 * Throws when the id is not a promise, for callers that the compiler does not see.
 */
export function verifies(...ids: readonly RequirementId[]): void {
  for (const id of ids) {
    if (!Object.hasOwn(requirements, id)) throw new Error(`test/requirements.ts lists no promise "${id}"`);
  }
}
