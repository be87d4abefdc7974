using System.Text.Json;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Federation.Writing;

/// <summary>What a client is told of a write that a source did not do (ETSI GS CIM 009 6.3.17).</summary>
internal static class SourceErrors
{
    /// <summary>Null where the source did it.</summary>
    public static NgsiLdError? Of<T>(ContextSource source, in SourceAnswer<T> answer)
    {
        if (answer.IsSuccess) return null;
        var kind = answer switch
        {
            { Outcome: SourceOutcome.NotFound } => NgsiLdErrorKind.ResourceNotFound,
            { Outcome: SourceOutcome.Timeout } => NgsiLdErrorKind.SourceTimeout,
            { Outcome: SourceOutcome.Loop } => NgsiLdErrorKind.SourceLoop,
            // 6.4.3.1: whoever creates what is there already is to know that.
            { Error: NgsiLdErrorKind.AlreadyExists } => NgsiLdErrorKind.AlreadyExists,
            _ => NgsiLdErrorKind.SourceFailed,
        };
        return new(kind, $"the source of registration {source.Id}: {answer.Detail}");
    }

    /// <summary>Null where the source wrote all that it was sent.</summary>
    public static NgsiLdError? OfWritten(ContextSource source, in SourceAnswer<SourceWritten> answer) => Of(source, answer) ?? answer.Value switch
    {
        { NotUpdated.IsEmpty: false } written => NotWritten(written.NotUpdated),
        { Errors: [var first, ..] } => first.Error,
        _ => null,
    };

    /// <summary>A source did a part of what it was to do.</summary>
    public static NgsiLdError NotWritten(IEnumerable<NotUpdatedAttribute> attributes) => new(
        NgsiLdErrorKind.SourceFailed,
        string.Join("; ", attributes.Select(static attribute => $"{attribute.Name} is not written: {attribute.Reason}")));

    /// <summary>
    /// What a source has told of a part, as the answer to all: what was wrong with a request that this broker made is not the client's to
    /// mend.
    /// </summary>
    public static NgsiLdError Alone(NgsiLdError told) => told.Kind
        is NgsiLdErrorKind.BadRequestData or NgsiLdErrorKind.InvalidRequest or NgsiLdErrorKind.LdContextNotAvailable
        or NgsiLdErrorKind.NonexistentTenant or NgsiLdErrorKind.NoMultiTenantSupport
            ? told with { Kind = NgsiLdErrorKind.SourceFailed }
            : told;

    /// <summary>What a source has was needed to know what a purge means, and is not known.</summary>
    public static NgsiLdError Unknown(SourceWarning warning) =>
        new(warning.Code == 199 ? NgsiLdErrorKind.SourceTimeout : NgsiLdErrorKind.SourceFailed, $"the source of registration {warning.Source.Id}: {warning.Text}");

    public static NgsiLdError Loop(ContextSource source) =>
        new(NgsiLdErrorKind.SourceLoop, $"the request has passed the source of registration {source.Id} already, and what it is about is not kept here");

    public static NgsiLdError NotOffered(ContextSource source, ContextSourceOperations operation) => new(
        NgsiLdErrorKind.Conflict,
        $"the source of registration {source.Id} does not offer {Name(operation)}, and what it is about is not kept here");

    /// <summary>An upsert found the Entity at a source that can only create (5.6.8.4).</summary>
    public static NgsiLdError CannotUpsert(ContextSource source) => NgsiLdError.NotSupported(
        $"the source of registration {source.Id} has the Entity already, and offers no operation that would change it");

    /// <summary>A purge by a pattern of ids, of a source whose registration has another.</summary>
    public static NgsiLdError TwoPatterns(ContextSource source) => NgsiLdError.NotSupported(
        $"registration {source.Id} has an idPattern of its own, and no request can tell its source two");

    private static string Name(ContextSourceOperations operation) => JsonNamingPolicy.CamelCase.ConvertName(operation.ToString());
}
