using System.Text;
using SmartCity.NgsiLd.Contexts;

namespace SmartCity.NgsiLd.Tests.Contexts;

/// <summary>Compiles contexts that name no other one.</summary>
internal static class CompiledContext
{
    public static Context Of(string json) => Try(json).Value;

    public static Result<Context> Try(string json)
    {
        var utf8 = Encoding.UTF8.GetBytes(json);
        return ContextDocument.Parse(utf8).Then(document => ContextCompiler.Compile(document.Parts, utf8));
    }
}
