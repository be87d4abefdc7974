using SmartCity.Broker.Federation.Http;
using SmartCity.NgsiLd;

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
        var isDown = answer.Outcome is SourceOutcome.Timeout or SourceOutcome.Invalid || reply.Status >= 500;
        asked.Source.State.Record(_clock.GetUtcNow(), isKnown, isDown && answer.Outcome != SourceOutcome.Loop);
        if (!asked.IsConsumption) asked.Endpoint.WriteHappens();
        if (isKnown && AnswerCache.KeyOf(asked) is { } key) _cache.Keep(key, asked, reply);
        return answer;
    }

    private static SourceAnswer<TNext> Passed<T, TNext>(in SourceAnswer<T> answer) =>
        new(answer.Outcome, default, answer.Detail) { Status = answer.Status, Error = answer.Error };
}
