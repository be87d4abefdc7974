using SmartCity.Broker.Federation.Http;
using SmartCity.NgsiLd;
using ContextSource = SmartCity.Broker.Registrations.ContextSource;

namespace SmartCity.Broker.Federation;

/// <summary>From what came back to an answer, and what the registration is told of it (ETSI GS CIM 009 5.2.9, 6.3.17).</summary>
public sealed partial class ContextSourceClient
{
    private ValueTask<SourceReply> AskAsync(SourceCall asked, CancellationToken cancellation) =>
        AnswerCache.KeyOf(asked) is { } key && _cache.Find(key) is { } kept ? new(kept) : _exchange.SendAsync(asked, cancellation);

    /// <summary>Null where the source did what it was asked to.</summary>
    private SourceAnswer<T>? Problem<T>(SourceCall asked, SourceReply reply)
    {
        if (reply.Failure is { } failure) return Told(asked, reply, new SourceAnswer<T>(failure, default, reply.Detail));
        if (reply.IsSuccess) return null;
        var problem = ProblemText.Read(reply.Body);
        var outcome = reply.Status switch
        {
            404 => SourceOutcome.NotFound,
            504 => SourceOutcome.Timeout,
            508 => SourceOutcome.Loop,
            _ => SourceOutcome.Refused,
        };
        var said = problem.Text is { Length: > 0 } text ? $": {text}" : "";
        return Told(asked, reply, new SourceAnswer<T>(outcome, default, $"the source answers {reply.Status}{said}") { Error = problem.Kind });
    }

    private static SourceAnswer<T> Answer<T>(T? value, NgsiLdError? error) =>
        error is null
            ? new(SourceOutcome.Success, value)
            : new(SourceOutcome.Invalid, default, $"the answer of the source is not valid: {ProblemText.Printable(error.Detail)}");

    /// <summary>Counts a request that was made, and keeps an answer that may be used again.</summary>
    private SourceAnswer<T> Told<T>(SourceCall asked, SourceReply reply, SourceAnswer<T> answer)
    {
        answer = answer with { Status = reply.Status, IsCached = reply.IsCached, EntityMap = reply.EntityMap };
        if (reply.IsUnasked) return answer;
        var isKnown = answer.IsSuccess || (asked.IsConsumption && answer.Outcome == SourceOutcome.NotFound);
        // What it refuses it refuses for a reason; it is no use with any request where it gives no answer, or none that makes sense.
        var isLoop = answer.Outcome == SourceOutcome.Loop;
        var isDown = !isLoop && (answer.Outcome is SourceOutcome.Timeout or SourceOutcome.Invalid || reply.Status >= 500);
        var now = _clock.GetUtcNow();
        asked.Source.State.Record(now, isKnown, isDown);
        var fault = isLoop || (isKnown && reply.Status != 404) ? null : Fault(asked, reply, answer.Detail, isDown);
        // That it does not know an Entity, or that a request goes in circles, says neither that it is well nor that it is not.
        if (fault is not null || (!isLoop && reply.Status != 404)) Watch(asked.Source, now, fault);
        if (!asked.IsConsumption) asked.Endpoint.WriteHappens();
        if (isKnown && AnswerCache.KeyOf(asked) is { } key) _cache.Keep(key, asked, reply);
        return answer;
    }

    private void Watch(ContextSource source, DateTimeOffset at, string? fault)
    {
        if (_settings.SourceChanged is { } told && source.State.IsNews(at, fault)) told(source, fault);
    }

    // What the operator should know of, which is less than what counts as failed: a write that the client got wrong is no fault of the source. But one that
    // knows nothing at all may be asked at the wrong place, or in a tenant that it does not have, and no warning tells (6.3.17).
    private static string? Fault(SourceCall asked, SourceReply reply, string detail, bool isDown)
    {
        if (isDown) return detail;
        if (reply.Status == 404)
        {
            var problem = ProblemText.Read(reply.Body);
            if (problem.Kind == NgsiLdErrorKind.NonexistentTenant) return detail;
            var isOfApi = reply.Body.IsEmpty || reply.Body.Span.TrimStart(" \t\r\n"u8).StartsWith("{"u8);
            return isOfApi && !IsQuery(asked) ? null : $"{detail}; is its endpoint right?";
        }

        // Of a Subscription that a source does not take nobody else hears.
        var isCopy = asked.Target.StartsWith("/subscriptions", StringComparison.Ordinal) && reply.Status != 409;
        return asked.IsConsumption || isCopy || reply.Status is < 400 or 401 or 403 or 405 or 407 or 429 ? detail : null;
    }

    // A broker that has nothing answers such a one with an empty array.
    private static bool IsQuery(SourceCall asked) =>
        asked.Target.StartsWith("/entities?", StringComparison.Ordinal) || asked.Target.StartsWith("/entityOperations/query", StringComparison.Ordinal);

    private static SourceAnswer<TNext> Passed<T, TNext>(in SourceAnswer<T> answer) =>
        new(answer.Outcome, default, answer.Detail) { Status = answer.Status, Error = answer.Error };
}
