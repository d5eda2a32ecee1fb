# What a person would do, as test.sh expects it. Each part says its name first.
set pagination off
echo == operational\n
tess boot
tess where
tess capsules
echo == break\n
tess break asker asker.c:ask
continue
tess where
bt
echo == step\n
next
next
finish
echo == across\n
delete
tess break asker *kernel_syscall
continue
tess where
tess bt
frame function ask
info locals
echo == threads\n
tess threads
up
set $asker = $tess_thread("asker")
print *$asker
echo == caps\n
tess caps answerer
tess caps asker
print *(struct slot *)$asker->capnode@2
delete
echo == end\n
continue
