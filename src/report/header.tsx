import type { ReportModel } from '../core/vocabulary/report-model.js';
import { duration, moment, recommendationLabels, statusHeadlines } from './labels.js';
import { StatusMark } from './mark.js';
import { Untrusted } from './untrusted.js';

/** Banner of the page: whose report it is, the verdict as a headline, the score against its threshold. */
export function Header({ model }: { model: ReportModel }) {
  const headline = model.verdict ? recommendationLabels[model.verdict.recommendation] : statusHeadlines[model.status];
  return (
    <header class="top">
      <div class="bar">
        <p class="brand">
          <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
            <path d="M19.5 8.2A8.5 8.5 0 1 0 20.5 12" />
            <path d="M20.6 3.6v4.9h-4.9" />
            <path d="M8.4 12.2l2.6 2.6 4.6-5.2" />
          </svg>
          codeloop
        </p>
        <nav aria-label="Sections">
          <a href="#screens">Screens</a>
          <a href="#gates">Gates</a>
          {model.flows === undefined || model.flows.length === 0 ? null : <a href="#flows">Flows</a>}
          <a href="#problems">Problems</a>
          <a href="#about">About</a>
        </nav>
        <button type="button" id="theme" class="quiet" hidden>
          Theme: auto
        </button>
      </div>
      <div class="verdict">
        <div>
          <p class="project">
            <Untrusted text={model.project} limit={200} />
          </p>
          <h1>
            <StatusMark status={model.status} />
            {headline}
          </h1>
          <p class="summary">
            <Untrusted text={model.summary} />
          </p>
          <p class="when">
            {moment(model.started_at)}
            {model.finished_at
              ? ` · took ${duration(model.started_at, model.finished_at) ?? 'an unknown time'}`
              : ' · not finished'}
          </p>
        </div>
        <Score model={model} />
      </div>
      {model.incomplete_reason === undefined ? null : (
        <p class="notice">
          <strong>This run is not complete.</strong> <Untrusted text={model.incomplete_reason} /> What it holds is
          shown; what is missing counts as not verified.
        </p>
      )}
    </header>
  );
}

function Score({ model }: { model: ReportModel }) {
  const { verdict } = model;
  if (verdict === undefined) return null;
  const score = Math.floor(verdict.confidence_score);
  return (
    <div class={`score is-${model.status}`}>
      <p>
        <b>{score}</b>
        <span> of 100, {verdict.threshold} needed</span>
      </p>
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect class="track" width="100" height="6" />
        <rect class="fill" width={verdict.confidence_score} height="6" />
        <rect class="bar-at" x={Math.min(99.4, verdict.threshold)} width="0.6" height="6" />
      </svg>
      <p class="at-stage">Stage: {verdict.stage}</p>
    </div>
  );
}
