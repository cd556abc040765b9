import { type Attributes, metrics, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { HandlerEvent } from 'tmdb-auth/server';

/**
 * For the option `onEvent`: one span and two metrics for each request, sent to the OpenTelemetry SDK that the program
 * has registered. Does nothing without one.
 */
export function createTelemetry(): (event: HandlerEvent) => void {
  const tracer = trace.getTracer('tmdb-auth');
  const meter = metrics.getMeter('tmdb-auth');
  const requests = meter.createCounter('tmdb_auth.requests', { description: 'Requests, by how they ended' });
  const duration = meter.createHistogram('tmdb_auth.duration', { unit: 'ms' });

  return ({ route, method, status, startedAt, durationMs, states, failure, refused, tmdbRequests }) => {
    // Few values for each label: all addresses that are no route share one.
    const labels: Attributes = { route: route ?? 'none', status, failure: failure ?? refused ?? 'none' };
    requests.add(1, labels);
    duration.record(durationMs, { route: labels.route });

    const span = tracer.startSpan(`${method} ${labels.route}`, {
      kind: SpanKind.SERVER,
      startTime: startedAt,
      attributes: { ...labels, 'tmdb_auth.states': [...states], 'tmdb_auth.tmdb_requests': tmdbRequests },
    });
    if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(startedAt + durationMs);
  };
}
