using System.Text;
using SmartCity.NgsiLd.Contexts;

namespace SmartCity.Broker.Federation.Http;

/// <summary>Puts the @context into a JSON object, or into each element of an array, for sources that want it there.</summary>
internal static class BodyWithContext
{
    public static ReadOnlyMemory<byte> Write(ReadOnlyMemory<byte> body, Context context)
    {
        var node = System.Text.Json.Nodes.JsonNode.Parse(body.Span);
        foreach (var part in node is System.Text.Json.Nodes.JsonArray array ? array : [node])
        {
            if (part is System.Text.Json.Nodes.JsonObject named) named["@context"] = System.Text.Json.Nodes.JsonNode.Parse(context.Json);
        }

        return Encoding.UTF8.GetBytes(node!.ToJsonString());
    }
}
