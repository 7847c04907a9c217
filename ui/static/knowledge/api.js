// The REST API of articles, drafts and candidates; refusals are ApiErrors as everywhere.
import { ApiError, ask, query } from "../api.js";
import { emit } from "../state.js";

const id = encodeURIComponent;

export const knowledge = {
  candidates: (filter) => ask("GET", `/candidates${query(filter)}`),
  candidate: (candidateId) => ask("GET", `/candidates/${id(candidateId)}`),
  acceptCandidate: (candidateId, wish) => ask("POST", `/candidates/${id(candidateId)}/accept`, wish),
  addQuestion: (candidateId, wish) => ask("POST", `/candidates/${id(candidateId)}/add_question`, wish),
  dismissCandidate: (candidateId, why) => ask("POST", `/candidates/${id(candidateId)}/dismiss`, why),
  reopenCandidate: (candidateId) => ask("POST", `/candidates/${id(candidateId)}/reopen`, {}),
  runCandidates: () => ask("POST", "/candidates/run", {}),
  candidateJob: () => ask("GET", "/candidates/job"),
  drafts: (filter) => ask("GET", `/article-drafts${query(filter)}`),
  createDraft: (wish) => ask("POST", "/article-drafts", wish),
  draft: (draftId) => ask("GET", `/article-drafts/${id(draftId)}`),
  saveDraft: (draftId, wish, options) => ask("PUT", `/article-drafts/${id(draftId)}`, wish, options),
  moveDraft: (draftId, wish) => ask("POST", `/article-drafts/${id(draftId)}/moves`, wish),
  reword: (draftId, version, options) => ask("POST", `/article-drafts/${id(draftId)}/rewrite`, { version }, options),
  comment: (draftId, wish) => ask("POST", `/article-drafts/${id(draftId)}/comments`, wish),
  changeComment: (draftId, commentId, wish) =>
    ask("PATCH", `/article-drafts/${id(draftId)}/comments/${id(commentId)}`, wish),
  editing: (draftId, life) => ask("POST", `/article-drafts/${id(draftId)}/editing`, life),
  preview: (wish) => ask("POST", "/articles/preview", wish),
  check: (wish) => ask("POST", "/articles/check", wish),
  tryQuestion: (wish) => ask("POST", "/articles/try", wish),
  diff: (articleId, ends) => ask("GET", `/articles/${id(articleId)}/diff${query(ends)}`),
  template: (locale) => ask("GET", `/article-template${query({ locale })}`),
  article: (articleId, revision) => ask("GET", `/articles/${id(articleId)}${query({ revision })}`),
  history: (articleId) => ask("GET", `/articles/${id(articleId)}/history`),
  moveArticle: (articleId, wish) => ask("POST", `/articles/${id(articleId)}/moves`, wish),
  upload,
};

/** Send a file's bytes; answers with {file: {id, name, type, size, url, markdown}}. */
async function upload(articleId, file) {
  let response;
  try {
    response = await fetch(`/api/v1/article-files${query({ article_id: articleId, name: file.name || "image.png" })}`, {
      method: "POST",
      credentials: "same-origin",
      headers: { Accept: "application/json", "Content-Type": "application/octet-stream" },
      body: file,
    });
  } catch (_) {
    throw new ApiError(0, { code: "offline" });
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  if (response.status === 401) emit("signed-out");
  throw new ApiError(response.status, answer.error, answer);
}
