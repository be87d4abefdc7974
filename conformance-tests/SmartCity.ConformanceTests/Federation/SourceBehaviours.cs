using System.Net;
using SmartCity.ConformanceTests.Broker;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>Ways in which a source may answer a write, by name, and what is told of them where nobody else has to do with it (ETSI GS CIM 009 6.3.17).</summary>
internal static class SourceBehaviours
{
    public const string Success = "success";
    public const string Missing = "404";
    public const string Conflict = "409";
    public const string Partial = "207 in part";
    public const string Nothing = "207 of nothing";
    public const string Dead = "dead";
    public const string Late = "late";

    /// <summary>How long a late source is waited for, in ms.</summary>
    public const int Timeout = 250;

    public static string[] All { get; } = [Success, Missing, Conflict, Partial, Nothing, Dead, Late, "400", "403", "500", "307", "207 garbage", "closes"];

    /// <summary>Whether it is told of as a failure where somebody else has done his part.</summary>
    public static bool IsFailure(string behaviour) => behaviour != Success;

    /// <summary>The endpoint of a registration of a source that answers so.</summary>
    public static string Play(this ScriptedSource source, string behaviour, string id)
    {
        if (behaviour == Dead) return $"http://localhost:{Listening.FreePort()}";
        var error = $$$"""{"entityId":"{{{id}}}","error":{"type":"https://uri.etsi.org/ngsi-ld/errors/BadRequestData","title":"behind it","status":400} }""";
        source.Always(behaviour switch
        {
            Success => SourceReply.NoContent,
            Late => SourceReply.NoContent with { Delay = TimeSpan.FromSeconds(20) },
            Partial => SourceReply.Json($$"""{"success":["{{id}}"],"errors":[{{error}}]}""") with { Status = HttpStatusCode.MultiStatus },
            Nothing => SourceReply.Json($$"""{"success":[],"errors":[{{error}}]}""") with { Status = HttpStatusCode.MultiStatus },
            "207 garbage" => SourceReply.Json("<html>") with { Status = HttpStatusCode.MultiStatus },
            "closes" => SourceReply.Json("""{"success":["x"]}""") with { Status = HttpStatusCode.MultiStatus, Breaks = true },
            "307" => SourceReply.Redirect(source.Url),
            _ => SourceReply.Of((HttpStatusCode)int.Parse(behaviour, System.Globalization.CultureInfo.InvariantCulture)),
        });
        return source.Url;
    }

    /// <summary>The statuses that may be told where the source is the only one that has to do with a write.</summary>
    public static HttpStatusCode[] Alone(string behaviour, bool creates, HttpStatusCode success) => behaviour switch
    {
        Success => [success],
        Partial => [HttpStatusCode.MultiStatus],
        Missing => [HttpStatusCode.NotFound],
        Conflict when creates => [HttpStatusCode.Conflict],
        Late => [HttpStatusCode.GatewayTimeout],
        Dead => [HttpStatusCode.GatewayTimeout, HttpStatusCode.BadGateway],
        _ => [HttpStatusCode.BadGateway],
    };
}
