// The sheet of keys of this page.

export const KEYS = [
  ["keys.group.candidates", ["j", "k", "keys.candidate_move"], ["Enter", "keys.write"], ["w", "keys.write_own"], ["a", "keys.add_question"], ["c", "keys.compare_nearest"], ["x", "keys.dismiss"], ["s", "keys.source"]],
  ["keys.group.drafts", ["j", "k", "keys.draft_move"], ["Enter", "keys.draft_open"], ["n", "keys.draft_new"]],
  [
    "keys.group.writing",
    ["Ctrl", "B", "keys.bold"],
    ["Ctrl", "I", "keys.italic"],
    ["Ctrl", "K", "keys.link_text"],
    ["Ctrl", "Shift", "K", "keys.link_article"],
    ["Ctrl", "S", "keys.save_now"],
    ["Ctrl", "Enter", "keys.go_on"],
  ],
  ["keys.group.review", ["a", "keys.approve"], ["b", "keys.send_back"], ["p", "keys.publish"], ["d", "keys.changes"], ["c", "keys.comment"], ["e", "keys.to_text"], ["u", "keys.up"]],
  ["keys.group.article", ["e", "keys.article_edit"], ["v", "keys.article_verify"], ["h", "keys.article_history"], ["u", "keys.up"]],
  [
    "keys.group.upkeep",
    ["j", "k", "upkeep.keys.move"],
    ["x", "upkeep.keys.choose"],
    ["v", "upkeep.keys.verify"],
    ["e", "upkeep.keys.mend"],
    ["1", "2", "upkeep.keys.keep"],
    ["Enter", "upkeep.keys.open"],
  ],
  ["keys.group.everywhere", ["Esc", "keys.leave_field"], ["?", "keys.title"]],
];
